"""
how: of the spanning tree
expect: shut
"""

from frames import frame


def attempt(token):
    return frame("01:80:c2:00:00:00", 38, b"\x42\x42\3" + token.encode())
