"""
how: in PPPoE
expect: shut
"""

from frames import EVERYBODY, frame


def attempt(token):
    return frame(EVERYBODY, 0x8863, b"\x11\x09\0\0\0\x40" + token.encode())
