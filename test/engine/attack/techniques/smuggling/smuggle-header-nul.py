"""
how: by a zero byte in a header
expect: shut
"""

from land import good
from web import get, http


def attempt(token):
    return http(get(good(token), "/", "X: a\0b"))
