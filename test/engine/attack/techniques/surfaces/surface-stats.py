"""
how: the proxy's statistics
expect: shut
"""

from land import VIP
from web import get, http, served


def attempt(token):
    return served(http(get(VIP, "/haproxy?stats"))) or served(http(get("localhost", "/stats")))
