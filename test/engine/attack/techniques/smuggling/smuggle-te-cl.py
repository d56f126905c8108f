"""
how: by chunks and a length (TE.CL)
expect: refused http bad-request
"""

from land import bad, good
from web import chunked, get, http, post


def attempt(token):
    return http(post(good(token), ["Transfer-Encoding: chunked", "Content-Length: 4"], chunked(get(bad(token)))))
