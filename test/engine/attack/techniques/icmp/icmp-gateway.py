"""
how: a ping of the gateway that carries more
expect: shut
unseen: it is for the gateway alone
"""

from frames import echo
from land import GATEWAY
from sockets import raw


def attempt(token):
    return raw(GATEWAY, 1, echo(token))
