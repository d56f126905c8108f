"""
how: by a folded line and a length (TE.TE)
expect: refused http bad-request
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(
        post(good(token), ["Transfer-Encoding:", " chunked", "Content-Length: 5"], "0\r\n\r\n" + get(bad(token)))
    )
