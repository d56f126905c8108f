"""
how: of slow bodies
expect: shut
"""

from flood import drip
from web import post


def attempt(token):
    return drip(100, 80, post("allowed.test", ["Content-Length: 100000"], "x" * 100))
