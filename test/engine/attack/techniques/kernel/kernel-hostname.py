"""
how: the host's name
expect: shut
"""

import socket


def attempt(token):
    return socket.sethostname("x") or "renamed"
