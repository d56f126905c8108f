"""
how: a route to the host over the bridge
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import changed
from land import BRIDGE, HOSTPORT, HOSTS
from sockets import udp


def attempt(token):
    return changed(
        ["route", "replace", HOSTS[-1], "via", BRIDGE, "onlink", "dev", "eth0"], lambda: udp(HOSTS[-1], HOSTPORT, token)
    )
