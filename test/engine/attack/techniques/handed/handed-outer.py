"""
how: to the gateway's outer address
expect: shut
unseen: a plain network has no other side
"""

from frames import by, gateway, ipv4, udp_part
from land import OUTER_GATEWAY, bad
from names import question


def attempt(token):
    return by(gateway(), ipv4(OUTER_GATEWAY, 17, udp_part(OUTER_GATEWAY, 5353, question(bad(token)))))
