"""
how: CONNECT to an allowed name
expect: shut
"""

from land import good
from web import head, http


def attempt(token):
    return http(head(f"CONNECT {good(token)}:443 HTTP/1.1", f"Host: {good(token)}"))
