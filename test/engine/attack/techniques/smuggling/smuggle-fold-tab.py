"""
how: by a header folded with a tab
expect: shut
"""

from land import good
from web import get, http


def attempt(token):
    return http(get(good(token), "/", "X: a", "\tb: c"))
