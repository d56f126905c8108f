"""
how: of halves of packets
expect: shut
"""

from flood import fragments


def attempt(token):
    return fragments()
