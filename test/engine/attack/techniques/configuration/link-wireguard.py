"""
how: a WireGuard interface
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import changed
from land import EVIL
from sockets import udp


def attempt(token):
    return changed(["link", "add", "x0", "type", "wireguard"], lambda: udp(EVIL, 51820, token))
