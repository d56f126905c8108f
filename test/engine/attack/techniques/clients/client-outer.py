"""
how: its gateway's outer address
expect: shut
"""

from land import OTHER_OUTER
from sockets import tcp


def attempt(token):
    return tcp(OTHER_OUTER, 443, token)
