"""
how: a tunnel's device
expect: shut
"""

import os


def attempt(token):
    return os.open("/dev/net/tun", os.O_RDWR)
