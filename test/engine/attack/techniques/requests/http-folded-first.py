"""
how: with a Host whose name is on the next line
expect: shut
"""

from land import bad
from web import head, http


def attempt(token):
    return http(head("GET / HTTP/1.1", "Host:", " " + bad(token)))
