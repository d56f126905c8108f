"""
how: for an allowed name's HEAD, and then another
expect: shut
"""

from land import bad
from web import get, head, http


def attempt(token):
    return http(head("HEAD / HTTP/1.1", "Host: allowed.test"), get(bad(token)), pause=0.4)
