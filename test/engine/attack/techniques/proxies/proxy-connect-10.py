"""
how: CONNECT in HTTP/1.0
expect: shut
"""

from land import bad
from web import head, http


def attempt(token):
    return http(head(f"CONNECT {bad(token)}:443 HTTP/1.0"))
