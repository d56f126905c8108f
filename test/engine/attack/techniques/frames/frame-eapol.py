"""
how: of 802.1X
expect: shut
unseen: a bridge keeps such frames to itself
"""

from frames import frame


def attempt(token):
    return frame("01:80:c2:00:00:03", 0x888E, token)
