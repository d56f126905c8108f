"""
how: a name as long as names can be
expect: shut
"""

from land import bad
from names import ask


def attempt(token):
    return ask(".".join(["x" * 60, "y" * 60, "z" * 50, bad(token)]))
