"""
how: an upgrade to TLS
expect: refused http bad-request
"""

from land import good
from web import get, http


def attempt(token):
    return http(get(good(token), "/", "Connection: Upgrade", "Upgrade: TLS/1.2"))
