"""
how: to the group of mDNS (ff02::fb)
expect: shut
unseen: a plain network of Docker 20.10 has no IPv6
"""

from land import HOSTPORT
from sockets import udp


def attempt(token):
    return udp("ff02::fb%eth0", HOSTPORT, token)
