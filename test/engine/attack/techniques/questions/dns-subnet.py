"""
how: with a message as the client's subnet
expect: shut
"""

from names import ask, edns


def attempt(token):
    return ask("allowed.test", extra=edns(8, b"\0\1\x20\0" + token.encode()), extras=1)
