"""
how: TLS for an allowed name on the port of HTTP
expect: shut
"""

from hello import tls
from land import good


def attempt(token):
    return tls(good(token), port=80)
