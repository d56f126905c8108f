"""
how: below an allowed wildcard
expect: shut
"""

from land import good
from names import ask


def attempt(token):
    return ask(good(token))
