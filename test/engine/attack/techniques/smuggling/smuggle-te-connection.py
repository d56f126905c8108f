"""
how: by itself named by Connection (TE.TE)
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(
        post(
            good(token), ["Connection: Transfer-Encoding", "Transfer-Encoding: chunked"], "0\r\n\r\n" + get(bad(token))
        )
    )
