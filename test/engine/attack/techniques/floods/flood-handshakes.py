"""
how: of refused handshakes
expect: shut
"""

from flood import handshakes


def attempt(token):
    return handshakes()
