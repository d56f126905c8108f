"""
how: over HTTP: link-local
expect: refused http private-address
"""

from web import get, http


def attempt(token):
    return http(get("link-local.trap.test", "/" + token), wait=3)
