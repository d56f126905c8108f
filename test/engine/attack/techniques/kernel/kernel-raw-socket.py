"""
how: a raw socket
expect: shut
"""

import socket


def attempt(token):
    return socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)
