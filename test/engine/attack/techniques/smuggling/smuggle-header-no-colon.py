"""
how: by a header without a colon
expect: shut
"""

from land import good
from web import get, http


def attempt(token):
    return http(get(good(token), "/", "nothing"))
