"""
how: TLS to an address
expect: shut
"""

from hello import tls
from land import EVIL, bad


def attempt(token):
    return tls(bad(token), to=EVIL)
