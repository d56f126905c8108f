"""
how: a ping with a message, by the kernel's ping socket
expect: shut
"""

from frames import echo
from land import EVIL
from sockets import other


def attempt(token):
    return other(EVIL, 1, 0, echo(token).decode("latin1"), 2)
