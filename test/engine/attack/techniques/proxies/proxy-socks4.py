"""
how: SOCKS 4
expect: shut
"""

import socket

from hello import say
from land import EVIL


def attempt(token):
    return say(b"\4\1\1\xbb" + socket.inet_aton(EVIL) + token.encode() + b"\0", port=80)
