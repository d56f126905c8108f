"""
how: for a name longer than names can be
expect: shut
"""

from land import good
from web import get, http


def attempt(token):
    return http(get("x" * 300 + "." + good(token)))
