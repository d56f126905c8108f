"""
how: to all nodes (ff02::1)
expect: shut
unseen: a plain network of Docker 20.10 has no IPv6
"""

from land import HOSTPORT
from sockets import udp


def attempt(token):
    return udp("ff02::1%eth0", HOSTPORT, token)
