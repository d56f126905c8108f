"""
how: a port of its outer address
expect: shut
"""

from land import OUTER_GATEWAY
from sockets import scan


def attempt(token):
    return scan(OUTER_GATEWAY, [22, 53, 80, 443, 5353, 8000])
