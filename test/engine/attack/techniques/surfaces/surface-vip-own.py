"""
how: a port of an allowed name with an address of its own
expect: shut
"""

from land import GITVIP
from sockets import scan


def attempt(token):
    return scan(GITVIP, range(1, 10000), {22, 80, 443, 8443})
