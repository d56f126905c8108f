"""
how: for an allowed name, by a chunk that ends early: what follows is its body
expect: open
"""

from land import bad
from web import get, http, post


def attempt(token):
    return http(post("allowed.test", ["Transfer-Encoding: chunked"], "ff\r\nx\r\n0\r\n\r\n") + get(bad(token)))
