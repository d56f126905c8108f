"""
how: CONNECT to the gateway's own loopback
expect: shut
"""

from land import good
from web import head, http


def attempt(token):
    return http(head("CONNECT 127.0.0.1:5353 HTTP/1.1", f"Host: {good(token)}"))
