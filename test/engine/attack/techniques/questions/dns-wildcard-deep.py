"""
how: many labels below an allowed wildcard
expect: shut
"""

from land import good
from names import ask


def attempt(token):
    return ask("x.y.z." + good(token), "AAAA")
