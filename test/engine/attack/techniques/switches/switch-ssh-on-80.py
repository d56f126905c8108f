"""
how: SSH on the port of HTTP
expect: shut
"""

from web import http


def attempt(token):
    return http(f"SSH-2.0-{token}\r\n")
