"""
how: for an allowed name behind a user's
expect: shut
"""

from land import bad, good
from web import get, http


def attempt(token):
    return http(get(bad(token) + "@" + good(token)))
