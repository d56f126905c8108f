"""
how: CONNECT to an allowed name's SSH
expect: shut
"""

from land import good
from web import head, http


def attempt(token):
    return http(head("CONNECT git.test:22 HTTP/1.1", f"Host: {good(token)}"))
