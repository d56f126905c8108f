"""
how: with another name in both
expect: shut
"""

from land import bad
from web import head, http


def attempt(token):
    return http(head(f"GET http://{bad(token)}/ HTTP/1.1", "Host: " + bad(token)))
