"""
how: the bridge's address at its MAC address
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import changed
from land import BRIDGE, BRIDGE_MAC, HOSTPORT
from sockets import udp


def attempt(token):
    return changed(
        ["neigh", "replace", BRIDGE, "lladdr", BRIDGE_MAC, "dev", "eth0"], lambda: udp(BRIDGE, HOSTPORT, token)
    )
