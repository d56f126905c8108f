"""
how: by a length and chunks (CL.TE)
expect: refused http bad-request
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["Content-Length: 6", "Transfer-Encoding: chunked"], "0\r\n\r\n" + get(bad(token))))
