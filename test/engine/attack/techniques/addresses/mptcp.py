"""
how: Multipath TCP
expect: shut
"""

from land import EVIL, bad
from sockets import other
from web import get


def attempt(token):
    return other(EVIL, 262, 80, get(bad(token)))
