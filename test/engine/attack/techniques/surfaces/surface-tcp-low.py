"""
how: a TCP port below 10000 besides DNS
expect: shut
"""

from land import GATEWAY
from sockets import scan


def attempt(token):
    return scan(GATEWAY, range(1, 10000), {53})
