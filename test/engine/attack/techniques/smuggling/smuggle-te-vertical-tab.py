"""
how: by chunked behind a vertical tab (TE.TE)
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["Transfer-Encoding: \x0bchunked"], "0\r\n\r\n" + get(bad(token))))
