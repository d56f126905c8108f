"""
how: by a space in the path
expect: shut
"""

from land import good
from web import head, http


def attempt(token):
    return http(head("GET /a HTTP/1.1 b HTTP/1.1", "Host: " + good(token)))
