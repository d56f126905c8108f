"""
how: itself in the gateway's place on port 53
expect: shut
unseen: the port is as good as any there
"""

import socket

from land import bad
from names import ask


def attempt(token):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(1, 2, 1)
    s.bind(("0.0.0.0", 53))
    return ask(bad(token))
