"""
how: TCP to each of its addresses
expect: shut
"""

from land import HOSTPORT, HOSTS
from sockets import quietly, tcp


def attempt(token):
    return [quietly(tcp, address, HOSTPORT, token) for address in HOSTS] and None
