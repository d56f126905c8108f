"""
how: over HTTP: cgnat
expect: refused http private-address
"""

from web import get, http


def attempt(token):
    return http(get("cgnat.trap.test", "/" + token), wait=3)
