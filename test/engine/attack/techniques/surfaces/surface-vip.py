"""
how: a port of the allowed names' address
expect: shut
"""

from land import VIP
from sockets import scan


def attempt(token):
    return scan(VIP, range(1, 10000), {80, 443})
