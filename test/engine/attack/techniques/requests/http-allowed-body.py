"""
how: for an allowed name, with a body of two chunks: the control
expect: open
"""

from land import good
from web import chunked, http, post


def attempt(token):
    return http(post(good(token), ["Transfer-Encoding: chunked"], chunked("one", token)))
