"""
how: by TRACE
expect: refused http bad-request
"""

from land import good
from web import head, http


def attempt(token):
    return http(head("TRACE / HTTP/1.1", "Host: " + good(token)))
