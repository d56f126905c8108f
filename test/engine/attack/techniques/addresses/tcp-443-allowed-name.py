"""
how: TLS under an allowed name to another address
expect: shut
"""

from hello import tls
from land import EVIL, good


def attempt(token):
    return tls(good(token), to=EVIL)
