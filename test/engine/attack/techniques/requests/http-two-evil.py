"""
how: with two Hosts, the other one first
expect: shut
"""

from land import bad, good
from web import get, http


def attempt(token):
    return http(get(bad(token), "/", "Host: " + good(token)))
