"""
how: a connection handed to the bridge by its MAC address
expect: shut
unseen: the answer finds nobody who asked, so no connection comes to be
"""

from frames import by, ipv4, tcp_part
from land import BRIDGE_MAC, HOSTPORT, HOSTS


def attempt(token):
    return [
        by(BRIDGE_MAC, ipv4(address, 6, tcp_part(address, HOSTPORT, token))) for address in HOSTS if ":" not in address
    ]
