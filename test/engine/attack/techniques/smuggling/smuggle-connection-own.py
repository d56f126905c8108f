"""
how: by a header of one's own named by Connection
expect: refused http bad-request
"""

from land import good
from web import get, http


def attempt(token):
    return http(get(good(token), "/", "Connection: X-Forwarded-For"))
