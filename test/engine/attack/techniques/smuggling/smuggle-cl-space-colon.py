"""
how: by a space before the colon
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["Content-Length : 5"], get(bad(token))))
