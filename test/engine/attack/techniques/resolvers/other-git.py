"""
how: where an allowed name with ports of its own is
expect: shut
"""

from land import GITVIP, bad
from names import ask


def attempt(token):
    return ask(bad(token), server=GITVIP)
