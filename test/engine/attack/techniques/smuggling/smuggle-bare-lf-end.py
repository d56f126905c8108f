"""
how: by a head that ends in a bare LF
expect: refused http bad-request
"""

from land import good
from web import http


def attempt(token):
    return http(f"GET / HTTP/1.1\r\nHost: {good(token)}\r\n\n")
