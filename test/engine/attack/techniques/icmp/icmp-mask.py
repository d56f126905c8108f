"""
how: an address mask request
expect: shut
"""

from frames import echo
from land import EVIL
from sockets import raw


def attempt(token):
    return raw(EVIL, 1, echo(token, kind=17))
