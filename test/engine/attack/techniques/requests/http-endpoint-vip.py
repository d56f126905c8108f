"""
how: for an allowed name, at an endpoint's address
expect: shut
unseen: the LAN's machine answers any name
"""

from land import LANVIP, good
from web import get, http


def attempt(token):
    return http(get(good(token)), to=LANVIP)
