"""
how: by a length named by Connection
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["Connection: Content-Length", "Content-Length: 5"], get(bad(token))))
