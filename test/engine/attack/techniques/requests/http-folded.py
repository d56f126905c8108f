"""
how: with a Host on two lines
expect: shut
"""

from land import bad, good
from web import head, http


def attempt(token):
    return http(head("GET / HTTP/1.1", "Host: " + good(token), " " + bad(token)))
