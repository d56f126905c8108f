"""
how: by a chunk's size that overflows
expect: shut
"""

from land import bad
from web import get, http, post


def attempt(token):
    return http(
        post("allowed.test", ["Transfer-Encoding: chunked"], "10000000000000001\r\nx\r\n0\r\n\r\n" + get(bad(token)))
    )
