"""
how: the proxy's monitor address
expect: shut
"""

from web import get, http, served


def attempt(token):
    return served(http(get("haproxy", "/monitor")))
