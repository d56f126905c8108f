"""
how: for an unlisted name, forwarded for a loopback client
expect: refused http domain
"""

from land import bad, good
from web import get, http


def attempt(token):
    return http(get(bad(token), "/", "X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1;host=" + good(token)))
