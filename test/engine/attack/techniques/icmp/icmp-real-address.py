"""
how: a ping to an allowed site's real address
expect: shut
"""

from frames import echo
from land import SHARED
from sockets import raw


def attempt(token):
    return raw(SHARED, 1, echo(token))
