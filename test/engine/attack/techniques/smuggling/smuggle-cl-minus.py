"""
how: by a negative length
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["Content-Length: -1"], get(bad(token))))
