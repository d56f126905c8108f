"""
how: with an allowed name in an absolute address, and another Host
expect: shut
"""

from land import bad, good
from web import head, http


def attempt(token):
    return http(head(f"GET http://{good(token)}/ HTTP/1.1", "Host: " + bad(token)))
