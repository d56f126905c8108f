"""
how: with a dot within a label
expect: shut
"""

from names import ask


def attempt(token):
    return ask([token.encode(), b"evil.test", b"allowed", b"test"])
