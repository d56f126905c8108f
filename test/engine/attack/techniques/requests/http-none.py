"""
how: for nobody
expect: shut
"""

from land import good
from web import head, http


def attempt(token):
    return http(head("GET / HTTP/1.1", "X-Host: " + good(token)))
