"""
how: to the metadata address
expect: shut
unseen: the rule that leads there is for sandboxes
"""

from frames import by, gateway, ipv4, tcp_part
from land import METADATA


def attempt(token):
    return by(gateway(), ipv4(METADATA, 6, tcp_part(METADATA, 80, token)))
