"""
how: a name of fifty labels
expect: shut
"""

from land import bad
from names import ask


def attempt(token):
    return ask(".".join(["a"] * 50 + [bad(token)]))
