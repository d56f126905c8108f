"""
how: with two Hosts, the allowed one first
expect: shut
"""

from land import bad, good
from web import get, http


def attempt(token):
    return http(get(good(token), "/", "Host: " + bad(token)))
