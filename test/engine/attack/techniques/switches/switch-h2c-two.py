"""
how: an upgrade in two headers
expect: refused http bad-request
"""

from land import good
from web import get, http


def attempt(token):
    return http(get(good(token), "/", "Connection: Upgrade", "Upgrade: websocket", "Upgrade: h2c"))
