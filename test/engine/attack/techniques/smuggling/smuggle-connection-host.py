"""
how: by a Host named by Connection, to be dropped
expect: refused http bad-request
"""

from land import good
from web import get, http


def attempt(token):
    return http(get(good(token), "/", "Connection: close, Host"))
