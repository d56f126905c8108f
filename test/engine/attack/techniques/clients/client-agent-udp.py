"""
how: its agent's address over UDP
expect: shut
"""

from land import OTHER_AGENT
from sockets import udp


def attempt(token):
    return udp(OTHER_AGENT, 8000, token)
