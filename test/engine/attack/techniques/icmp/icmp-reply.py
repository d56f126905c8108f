"""
how: an answer that nobody asked for
expect: shut
"""

from frames import echo
from land import EVIL
from sockets import raw


def attempt(token):
    return raw(EVIL, 1, echo(token, kind=0))
