"""
how: with a name for a path
expect: shut
"""

from land import bad, good
from web import head, http


def attempt(token):
    return http(head(f"GET {bad(token)}:80 HTTP/1.1", "Host: " + good(token)))
