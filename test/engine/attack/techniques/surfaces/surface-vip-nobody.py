"""
how: a port of a virtual address that is nobody's
expect: shut
"""

from land import NOVIP
from sockets import scan


def attempt(token):
    return scan(NOVIP, range(1, 2000), {80, 443})
