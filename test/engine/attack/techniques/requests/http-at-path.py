"""
how: with a path that begins with @
expect: shut
"""

from land import bad, good
from web import head, http


def attempt(token):
    return http(head(f"GET @{bad(token)}/ HTTP/1.1", "Host: " + good(token)))
