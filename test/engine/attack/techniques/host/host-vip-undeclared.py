"""
how: a port of it where the declared one is
expect: shut
unseen: the LAN's machine is not the host
"""

from land import HOSTPORT, LANVIP
from sockets import tcp


def attempt(token):
    return tcp(LANVIP, HOSTPORT, token)
