"""
how: for PTR records
expect: shut
"""

from land import bad
from names import ask


def attempt(token):
    return ask(bad(token), "PTR")
