"""
how: with an absolute address of TLS
expect: shut
"""

from land import good
from web import head, http


def attempt(token):
    return http(head(f"GET https://{good(token)}/ HTTP/1.1", "Host: " + good(token)))
