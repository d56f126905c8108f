"""
how: a TCP port from 10000
expect: shut
"""

from land import GATEWAY
from sockets import scan


def attempt(token):
    return scan(GATEWAY, range(10000, 35000))
