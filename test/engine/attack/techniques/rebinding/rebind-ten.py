"""
how: over HTTP: ten
expect: refused http private-address
"""

from web import get, http


def attempt(token):
    return http(get("ten.trap.test", "/" + token), wait=3)
