"""
how: to all hosts (224.0.0.1)
expect: shut
"""

from land import HOSTPORT
from sockets import udp


def attempt(token):
    return udp("224.0.0.1", HOSTPORT, token)
