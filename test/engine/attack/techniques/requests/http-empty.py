"""
how: for an empty name
expect: shut
"""

from land import good
from web import head, http


def attempt(token):
    return http(head("GET / HTTP/1.1", "Host: ", "X-Host: " + good(token)))
