"""
how: by tabs in the request's line
expect: refused http bad-request
"""

from land import good
from web import head, http


def attempt(token):
    return http(head("GET\t/\tHTTP/1.1", "Host: " + good(token)))
