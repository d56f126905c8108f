"""
how: by a version that is none
expect: shut
"""

from land import good
from web import head, http


def attempt(token):
    return http(head("GET / HTTP/1.2", "Host: " + good(token)))
