"""
how: of packets that the rules refuse and log
expect: shut
"""

from flood import closed_ports


def attempt(token):
    return closed_ports()
