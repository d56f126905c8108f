"""
how: to the groups that no bridge carries on (01:80:c2:00:00:0x), for an address of the host
expect: shut
"""

from frames import by, ipv4, udp_part
from land import HOSTPORT, HOSTS


def attempt(token):
    return [
        by(f"01:80:c2:00:00:{last:02x}", ipv4(address, 17, udp_part(address, HOSTPORT, token)))
        for address in HOSTS
        if ":" not in address
        for last in range(16)
    ]
