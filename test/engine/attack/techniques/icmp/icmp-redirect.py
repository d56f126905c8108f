"""
how: a redirect for the gateway
expect: shut
unseen: it is for the gateway alone
"""

from frames import by, echo, gateway, ipv4
from land import EVIL, GATEWAY


def attempt(token):
    return by(gateway(), ipv4(GATEWAY, 1, echo(ipv4(EVIL, 17, token), kind=5, code=1)))
