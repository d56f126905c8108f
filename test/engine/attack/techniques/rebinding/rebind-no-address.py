"""
how: nowhere
expect: refused http no-dns
"""

from web import get, http


def attempt(token):
    return http(get("nowhere.trap.test", "/" + token), wait=3)
