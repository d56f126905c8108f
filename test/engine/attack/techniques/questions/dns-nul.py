"""
how: with a zero byte in a label
expect: shut
"""

from names import ask


def attempt(token):
    return ask([token.encode(), b"allowed.test\0", b"evil", b"test"])
