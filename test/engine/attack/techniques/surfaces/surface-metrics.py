"""
how: metrics
expect: shut
"""

from land import GATEWAY
from web import get, http, served


def attempt(token):
    return served(http(get(GATEWAY, "/metrics")))
