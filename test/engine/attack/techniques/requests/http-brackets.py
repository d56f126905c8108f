"""
how: for an IPv6 address
expect: shut
"""

from web import get, http


def attempt(token):
    return http(get("[::1]", "/" + token))
