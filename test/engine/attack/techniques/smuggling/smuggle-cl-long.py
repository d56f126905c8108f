"""
how: by a length of a thousand digits
expect: refused http bad-request
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["Content-Length: " + "0" * 999 + "1"], "x" + get(bad(token))))
