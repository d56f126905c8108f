"""
how: of headers too large
expect: shut
"""

from flood import repeat
from web import get, http


def attempt(token):
    return repeat(lambda: http(get("allowed.test", "/", "X: " + "y" * 60000)), 2)
