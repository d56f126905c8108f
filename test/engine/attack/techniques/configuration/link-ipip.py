"""
how: a tunnel to the gateway
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import by, changed, gateway, ipv4
from land import AGENT, EVIL, GATEWAY


def attempt(token):
    return changed(
        ["link", "add", "x0", "type", "ipip", "remote", GATEWAY, "local", AGENT],
        lambda: by(gateway(), ipv4(GATEWAY, 4, ipv4(EVIL, 17, token))),
    )
