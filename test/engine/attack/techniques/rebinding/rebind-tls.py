"""
how: over TLS, to the LAN
expect: refused tls private-address
"""

from hello import tls


def attempt(token):
    return tls("lan.trap.test")
