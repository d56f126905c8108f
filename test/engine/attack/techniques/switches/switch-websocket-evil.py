"""
how: a websocket to an unlisted name
expect: refused http domain
"""

from land import bad
from web import get, http


def attempt(token):
    return http(
        get(
            bad(token),
            "/",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        )
    )
