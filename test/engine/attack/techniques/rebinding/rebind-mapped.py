"""
how: to an IPv4 address inside, written as IPv6
expect: refused http no-dns
"""

from web import get, http


def attempt(token):
    return http(get("mapped.trap.test", "/" + token), wait=3)
