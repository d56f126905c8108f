"""
how: for an allowed name and then CONNECT
expect: shut
"""

from land import bad
from web import head, kept


def attempt(token):
    return kept(head(f"CONNECT {bad(token)}:443 HTTP/1.1", f"Host: {bad(token)}:443"))
