"""
how: in the old form of SSL 2
expect: shut
"""

from hello import say


def attempt(token):
    return say(b"\x80\x2e\1\3\1\0\x15\0\0\0\x10" + token.encode().ljust(60))
