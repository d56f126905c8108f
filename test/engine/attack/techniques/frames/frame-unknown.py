"""
how: of a kind that nobody has
expect: shut
"""

from frames import EVERYBODY, frame


def attempt(token):
    return frame(EVERYBODY, 0x88B5, token)
