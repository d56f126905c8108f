"""
how: the host's console
expect: shut
"""

import os


def attempt(token):
    return os.open("/dev/tty1", os.O_RDWR)
