"""
how: by a chunk's extension with a bare LF
expect: shut
"""

from land import bad
from web import get, http, post


def attempt(token):
    return http(post("allowed.test", ["Transfer-Encoding: chunked"], "1;a\nx\r\n0\r\n\r\n" + get(bad(token))))
