"""
how: for two names in one header, by a space
expect: shut
"""

from land import bad, good
from web import get, http


def attempt(token):
    return http(get(good(token) + " " + bad(token)))
