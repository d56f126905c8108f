"""
how: over HTTP: loopback
expect: refused http private-address
"""

from web import get, http


def attempt(token):
    return http(get("loopback.trap.test", "/" + token), wait=3)
