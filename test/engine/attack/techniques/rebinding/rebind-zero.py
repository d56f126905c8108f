"""
how: over HTTP: zero
expect: refused http private-address
"""

from web import get, http


def attempt(token):
    return http(get("zero.trap.test", "/" + token), wait=3)
