"""
how: a port of an endpoint's address
expect: shut
"""

from land import LANVIP
from sockets import scan


def attempt(token):
    return scan(LANVIP, range(1, 12000), {80, 443, 11434})
