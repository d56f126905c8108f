"""
how: that says it is an answer
expect: shut
"""

from land import bad
from names import question, send


def attempt(token):
    return send(question(bad(token), flags=0x8180))
