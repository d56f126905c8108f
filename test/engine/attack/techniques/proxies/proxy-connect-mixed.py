"""
how: CONNECT to an unlisted name, in an allowed one's Host
expect: shut
"""

from land import bad, good
from web import head, http


def attempt(token):
    return http(head(f"CONNECT {bad(token)}:443 HTTP/1.1", f"Host: {good(token)}"))
