"""
how: by identity and then chunked (TE.TE)
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["Transfer-Encoding: identity, chunked"], "0\r\n\r\n" + get(bad(token))))
