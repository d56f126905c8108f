"""
how: by two lengths in a list
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["Content-Length: 0, 5"], get(bad(token))))
