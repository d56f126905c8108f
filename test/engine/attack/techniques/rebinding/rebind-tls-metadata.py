"""
how: over TLS, to the metadata address
expect: refused tls private-address
"""

from hello import tls


def attempt(token):
    return tls("metadata.trap.test")
