"""
how: that is cut short
expect: shut
"""

from land import bad
from names import question, send


def attempt(token):
    return send(question(bad(token))[:-6])
