"""
how: of Wake-on-LAN
expect: shut
"""

from frames import EVERYBODY, frame


def attempt(token):
    return frame(EVERYBODY, 0x0842, b"\xff" * 6 + token.encode())
