"""
how: in the Host of a request to the gateway
expect: refused http domain
"""

from web import get, http


def attempt(token):
    return http(get("metadata.google.internal", "/" + token, "Metadata-Flavor: Google"))
