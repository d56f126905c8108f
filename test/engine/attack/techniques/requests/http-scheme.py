"""
how: with an address of a file
expect: shut
"""

from land import good
from web import head, http


def attempt(token):
    return http(head(f"GET file:///{token} HTTP/1.1", "Host: " + good(token)))
