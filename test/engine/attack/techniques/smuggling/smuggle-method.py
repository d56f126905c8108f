"""
how: by a method that is none
expect: shut
"""

from land import good
from web import head, http


def attempt(token):
    return http(head("G(T / HTTP/1.1", "Host: " + good(token)))
