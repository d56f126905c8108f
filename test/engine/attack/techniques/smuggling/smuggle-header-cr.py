"""
how: by a bare CR in a header
expect: shut
"""

from land import bad, good
from web import get, http


def attempt(token):
    return http(get(good(token), "/", "X: a\rHost: " + bad(token)))
