"""
how: by a length with a tab in it
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["Content-Length: 0\t5"], get(bad(token))))
