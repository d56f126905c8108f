"""
how: over HTTP: multicast
expect: refused http private-address
"""

from web import get, http


def attempt(token):
    return http(get("multicast.trap.test", "/" + token), wait=3)
