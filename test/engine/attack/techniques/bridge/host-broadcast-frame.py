"""
how: everybody on the link, for an address of the host
expect: shut
"""

from frames import EVERYBODY, by, ipv4, udp_part
from land import HOSTPORT, HOSTS


def attempt(token):
    return [
        by(EVERYBODY, ipv4(address, 17, udp_part(address, HOSTPORT, token))) for address in HOSTS if ":" not in address
    ]
