"""
how: UDP to the port of SNMP
expect: shut
"""

from land import EVIL
from sockets import udp


def attempt(token):
    return udp(EVIL, 161, token)
