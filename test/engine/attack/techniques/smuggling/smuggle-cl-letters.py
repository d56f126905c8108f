"""
how: by a length with a letter
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["Content-Length: 0e1"], get(bad(token))))
