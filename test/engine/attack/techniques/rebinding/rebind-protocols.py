"""
how: over HTTP: protocols
expect: refused http private-address
"""

from web import get, http


def attempt(token):
    return http(get("protocols.trap.test", "/" + token), wait=3)
