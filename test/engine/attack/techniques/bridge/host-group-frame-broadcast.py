"""
how: to the same groups, for everybody
expect: shut
"""

from frames import by, ipv4, udp_part
from land import HOSTPORT


def attempt(token):
    return [
        by(f"01:80:c2:00:00:{last:02x}", ipv4("255.255.255.255", 17, udp_part("255.255.255.255", HOSTPORT, token)))
        for last in range(16)
    ]
