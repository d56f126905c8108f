"""
how: by a length of 2^64-1
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), [f"Content-Length: {2**64 - 1}"], "x" + get(bad(token))))
