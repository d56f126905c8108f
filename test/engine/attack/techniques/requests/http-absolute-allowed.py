"""
how: as to a proxy, for an allowed name
expect: shut
"""

from land import good
from web import head, http


def attempt(token):
    return http(head(f"GET http://{good(token)}/ HTTP/1.1", "Host: " + good(token)))
