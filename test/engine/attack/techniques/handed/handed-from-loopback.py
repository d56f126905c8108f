"""
how: from loopback to the gateway's own resolver
expect: shut
unseen: a plain host drops what is from loopback
"""

from frames import by, gateway, ipv4, udp_part
from land import GATEWAY, bad
from names import question


def attempt(token):
    return by(
        gateway(),
        ipv4(GATEWAY, 17, udp_part(GATEWAY, 5353, question(bad(token)), source="127.0.0.1"), source="127.0.0.1"),
    )
