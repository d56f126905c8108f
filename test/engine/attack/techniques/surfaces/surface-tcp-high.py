"""
how: a TCP port from 35000
expect: shut
"""

from land import GATEWAY
from sockets import scan


def attempt(token):
    return scan(GATEWAY, range(35000, 65536))
