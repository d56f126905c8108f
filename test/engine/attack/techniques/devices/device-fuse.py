"""
how: a file system of its own
expect: shut
"""

import os


def attempt(token):
    return os.open("/dev/fuse", os.O_RDWR)
