"""
how: for an allowed name, at an endpoint's address
expect: shut
unseen: the LAN's machine speaks no TLS
"""

from hello import tls
from land import LANVIP, good


def attempt(token):
    return tls(good(token), to=LANVIP)
