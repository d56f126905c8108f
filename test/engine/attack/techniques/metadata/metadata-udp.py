"""
how: over UDP
expect: shut
unseen: the rule that leads there is for sandboxes
"""

from land import METADATA
from sockets import udp


def attempt(token):
    return udp(METADATA, 53, token)
