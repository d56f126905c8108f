"""
how: for an allowed name and then an absolute address
expect: shut
"""

from land import bad
from web import head, kept


def attempt(token):
    return kept(head(f"GET http://{bad(token)}/ HTTP/1.1", f"Host: {bad(token)}"))
