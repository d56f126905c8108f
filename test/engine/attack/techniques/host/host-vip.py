"""
how: a port of it by the gateway
expect: shut
"""

from land import GATEWAY, HOSTPORT
from sockets import tcp


def attempt(token):
    return tcp(GATEWAY, HOSTPORT, token)
