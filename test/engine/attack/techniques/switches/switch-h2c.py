"""
how: an upgrade to HTTP/2
expect: refused http bad-request
"""

from land import good
from web import get, http


def attempt(token):
    return http(
        get(good(token), "/", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__")
    )
