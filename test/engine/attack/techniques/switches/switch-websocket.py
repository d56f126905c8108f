"""
how: a websocket to an allowed name: the control
expect: open
"""

from land import good
from web import get, http


def attempt(token):
    return http(
        get(
            good(token),
            "/",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        )
    )
