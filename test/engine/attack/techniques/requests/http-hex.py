"""
how: for an address written in hex
expect: shut
"""

from web import get, http


def attempt(token):
    return http(get("0x45435942", "/" + token))
