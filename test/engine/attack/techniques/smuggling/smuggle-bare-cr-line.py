"""
how: by lines that end in a bare CR
expect: shut
"""

from land import good
from web import http


def attempt(token):
    return http(f"GET / HTTP/1.1\rHost: {good(token)}\r\r")
