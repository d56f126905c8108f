"""
how: over HTTP: metadata
expect: refused http private-address
"""

from web import get, http


def attempt(token):
    return http(get("metadata.trap.test", "/" + token), wait=3)
