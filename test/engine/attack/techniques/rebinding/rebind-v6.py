"""
how: to IPv6 addresses only
expect: refused http no-dns
"""

from web import get, http


def attempt(token):
    return http(get("six.trap.test", "/" + token), wait=3)
