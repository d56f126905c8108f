"""
how: with checking disabled
expect: shut
"""

from land import bad
from names import ask


def attempt(token):
    return ask(bad(token), flags=0x0110)
