"""
how: for the whole server (OPTIONS *)
expect: refused http bad-request
"""

from land import good
from web import head, http


def attempt(token):
    return http(head("OPTIONS * HTTP/1.1", "Host: " + good(token)))
