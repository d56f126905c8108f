"""
how: by a negative chunk
expect: shut
"""

from land import bad
from web import get, http, post


def attempt(token):
    return http(post("allowed.test", ["Transfer-Encoding: chunked"], "-1\r\nx\r\n0\r\n\r\n" + get(bad(token))))
