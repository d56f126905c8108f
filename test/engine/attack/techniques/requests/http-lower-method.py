"""
how: by a method in small letters
expect: shut
"""

from land import good
from web import head, http


def attempt(token):
    return http(head("get / HTTP/1.1", "Host: " + good(token)))
