"""
how: by a chunk's size written 0x1
expect: shut
"""

from land import bad
from web import get, http, post


def attempt(token):
    return http(post("allowed.test", ["Transfer-Encoding: chunked"], "0x1\r\nx\r\n0\r\n\r\n" + get(bad(token))))
