"""
how: mail on the port of HTTP
expect: shut
"""

from land import bad
from web import http


def attempt(token):
    return http(f"EHLO {bad(token)}\r\nMAIL FROM:<{token}@{bad(token)}>\r\n")
