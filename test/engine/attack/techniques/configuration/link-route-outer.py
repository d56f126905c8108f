"""
how: a route to the gateway's outer side
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import changed
from land import GATEWAY, OUTER_HOST, OUTER_SUBNET, bad
from names import ask


def attempt(token):
    return changed(["route", "replace", OUTER_SUBNET, "via", GATEWAY], lambda: ask(bad(token), server=OUTER_HOST))
