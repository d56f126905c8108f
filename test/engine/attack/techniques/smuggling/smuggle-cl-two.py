"""
how: by two lengths
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["Content-Length: 0", "Content-Length: 5"], get(bad(token))))
