"""
how: by itself behind a bare CR (TE.TE)
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["X: y\rTransfer-Encoding: chunked"], "0\r\n\r\n" + get(bad(token))))
