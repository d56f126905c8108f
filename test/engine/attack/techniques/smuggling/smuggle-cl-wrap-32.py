"""
how: by a length of 2^32+1
expect: refused http bad-request
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["Content-Length: 00000000004294967297"], "x" + get(bad(token))))
