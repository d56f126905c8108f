"""
how: CONNECT on the port of TLS
expect: shut
"""

from land import bad
from web import head, http


def attempt(token):
    return http(head(f"CONNECT {bad(token)}:443 HTTP/1.1", f"Host: {bad(token)}"), port=443)
