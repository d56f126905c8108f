"""
how: of LLDP
expect: shut
unseen: a bridge keeps such frames to itself
"""

from frames import frame


def attempt(token):
    return frame("01:80:c2:00:00:0e", 0x88CC, token)
