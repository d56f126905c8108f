"""
how: by itself in a folded line, with a length (TE.TE)
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(
        post(good(token), ["X: y", " Transfer-Encoding: chunked", "Content-Length: 5"], "0\r\n\r\n" + get(bad(token)))
    )
