"""
how: TLS on another port
expect: shut
"""

from hello import tls
from land import EVIL, bad


def attempt(token):
    return tls(bad(token), to=EVIL, port=8443)
