"""
how: an answer to a ping
expect: shut
"""

from frames import echo
from land import GATEWAY
from sockets import other


def attempt(token):
    return other(GATEWAY, 1, 0, echo("x").decode("latin1"), 2) or None
