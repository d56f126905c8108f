"""
how: over HTTP: loopback2
expect: refused http private-address
"""

from web import get, http


def attempt(token):
    return http(get("loopback2.trap.test", "/" + token), wait=3)
