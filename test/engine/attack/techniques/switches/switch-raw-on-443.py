"""
how: bytes on the port of TLS
expect: shut
"""

from hello import say


def attempt(token):
    return say(b"\0\1\2" + token.encode())
