"""
how: by a length in hex
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["Content-Length: 0x0"], get(bad(token))))
