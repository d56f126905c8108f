"""
how: a packet socket
expect: shut
"""

import socket


def attempt(token):
    return socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
