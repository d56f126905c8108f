"""
how: by a version with more digits
expect: shut
"""

from land import good
from web import head, http


def attempt(token):
    return http(head("GET / HTTP/1.10", "Host: " + good(token)))
