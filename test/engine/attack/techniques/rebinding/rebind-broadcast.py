"""
how: over HTTP: broadcast
expect: refused http private-address
"""

from web import get, http


def attempt(token):
    return http(get("broadcast.trap.test", "/" + token), wait=3)
