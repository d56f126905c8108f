"""
how: by a zero byte in the header's name (TE.TE)
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["Transfer-Encoding\0: chunked"], "0\r\n\r\n" + get(bad(token))))
