"""
how: DNS by the link's broadcast
expect: shut
"""

from land import SUBNET_BROADCAST
from names import question
from sockets import udp


def attempt(token):
    return udp(SUBNET_BROADCAST, 53, question("allowed.test"), setup=lambda s: s.setsockopt(1, 6, 1))
