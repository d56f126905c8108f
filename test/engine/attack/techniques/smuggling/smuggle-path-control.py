"""
how: by a control byte in the path
expect: shut
"""

from land import good
from web import head, http


def attempt(token):
    return http(head("GET /\x01 HTTP/1.1", "Host: " + good(token)))
