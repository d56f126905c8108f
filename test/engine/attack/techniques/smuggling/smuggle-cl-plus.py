"""
how: by a length with a plus
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["Content-Length: +0"], get(bad(token))))
