"""
how: a message in a name
expect: refused dns domain
"""

from land import bad
from names import ask


def attempt(token):
    return ask(bad(token))
