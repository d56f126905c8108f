"""
how: by lines that end in a bare LF
expect: refused http bad-request
"""

from land import good
from web import http


def attempt(token):
    return http(f"GET / HTTP/1.1\nHost: {good(token)}\n\n")
