"""
how: the host's address at the bridge's MAC address
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import changed
from land import BRIDGE_MAC, HOSTPORT, HOSTS
from sockets import udp


def attempt(token):
    return changed(
        ["neigh", "replace", HOSTS[-1], "lladdr", BRIDGE_MAC, "dev", "eth0"], lambda: udp(HOSTS[-1], HOSTPORT, token)
    )
