"""
how: for an allowed name ten times and another, at once
expect: shut
"""

from land import bad
from web import get, pipelined


def attempt(token):
    return pipelined(*[get("allowed.test")] * 10, get(bad(token)))
