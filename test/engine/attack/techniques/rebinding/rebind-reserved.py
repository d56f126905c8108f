"""
how: over HTTP: reserved
expect: refused http private-address
"""

from web import get, http


def attempt(token):
    return http(get("reserved.trap.test", "/" + token), wait=3)
