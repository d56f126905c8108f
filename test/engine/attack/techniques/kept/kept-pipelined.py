"""
how: for an allowed name and another, at once
expect: shut
"""

from land import bad
from web import get, pipelined


def attempt(token):
    return pipelined(get(bad(token)))
