"""
how: by chunks and a length of nothing
expect: refused http bad-request
"""

from land import bad, good
from web import chunked, get, http, post


def attempt(token):
    return http(post(good(token), ["Transfer-Encoding: chunked", "Content-Length: 0"], chunked("x") + get(bad(token))))
