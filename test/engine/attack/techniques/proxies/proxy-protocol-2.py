"""
how: PROXY protocol in its second version
expect: shut
"""

import socket

from land import EVIL, good
from web import get, http


def attempt(token):
    return http(
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + socket.inet_aton(EVIL) * 2 + b"\0\1\0\x50" + get(good(token)).encode()
    )
