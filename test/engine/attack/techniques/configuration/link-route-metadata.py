"""
how: a route to the metadata address
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import changed
from land import GATEWAY, METADATA
from sockets import tcp


def attempt(token):
    return changed(["route", "replace", METADATA, "via", GATEWAY], lambda: tcp(METADATA, 80, token))
