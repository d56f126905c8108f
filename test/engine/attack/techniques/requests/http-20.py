"""
how: that says HTTP/2.0
expect: shut
"""

from land import good
from web import head, http


def attempt(token):
    return http(head("GET / HTTP/2.0", "Host: " + good(token)))
