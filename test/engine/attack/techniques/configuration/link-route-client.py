"""
how: a route to another client over the gateway
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import changed
from land import GATEWAY, OTHER_AGENT, OTHER_SUBNET
from sockets import udp


def attempt(token):
    return changed(["route", "replace", OTHER_SUBNET, "via", GATEWAY], lambda: udp(OTHER_AGENT, 8000, token))
