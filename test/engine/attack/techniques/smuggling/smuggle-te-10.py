"""
how: by chunks in HTTP/1.0
expect: refused http bad-request
"""

from land import bad, good
from web import get, head, http


def attempt(token):
    return http(
        head("POST / HTTP/1.0", "Host: " + good(token), "Transfer-Encoding: chunked", "Connection: keep-alive")
        + "0\r\n\r\n"
        + get(bad(token))
    )
