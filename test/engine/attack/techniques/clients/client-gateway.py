"""
how: its gateway
expect: shut
"""

from land import OTHER_GATEWAY, bad
from names import ask


def attempt(token):
    return ask(bad(token), server=OTHER_GATEWAY)
