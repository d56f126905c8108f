"""
how: a loop device
expect: shut
"""

import os


def attempt(token):
    return os.open("/dev/loop-control", os.O_RDWR)
