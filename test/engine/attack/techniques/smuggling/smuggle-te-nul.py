"""
how: by chunked before a zero byte (TE.TE)
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["Transfer-Encoding: chunked\0"], "0\r\n\r\n" + get(bad(token))))
