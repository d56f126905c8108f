"""
how: by a zero byte after the length
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["Content-Length: 0\0"], get(bad(token))))
