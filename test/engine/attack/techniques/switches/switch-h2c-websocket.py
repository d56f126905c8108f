"""
how: an upgrade to HTTP/2 or a websocket
expect: refused http bad-request
"""

from land import good
from web import get, http


def attempt(token):
    return http(get(good(token), "/", "Connection: Upgrade", "Upgrade: websocket, h2c"))
