"""
how: with another name in an absolute address
expect: shut
"""

from land import bad, good
from web import head, http


def attempt(token):
    return http(head(f"GET http://{bad(token)}/ HTTP/1.1", "Host: " + good(token)))
