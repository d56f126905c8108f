"""
how: a resolver of the internet
expect: shut
"""

from land import DNS, bad
from names import ask


def attempt(token):
    return ask(bad(token), server=DNS)
