"""
how: over HTTP: lan
expect: refused http private-address
"""

from web import get, http


def attempt(token):
    return http(get("lan.trap.test", "/" + token), wait=3)
