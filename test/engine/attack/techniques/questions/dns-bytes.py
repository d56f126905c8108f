"""
how: with bytes that are no letters
expect: shut
"""

from names import ask


def attempt(token):
    return ask([token.encode(), b"\x01\xff\x80", b"evil", b"test"])
