"""
how: by a chunk longer than its size
expect: shut
"""

from land import bad
from web import get, http, post


def attempt(token):
    return http(post("allowed.test", ["Transfer-Encoding: chunked"], "1\r\nxy\r\n0\r\n\r\n" + get(bad(token))))
