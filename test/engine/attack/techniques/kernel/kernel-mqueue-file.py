"""
how: the same by a file, which is no call of its own
expect: shut
"""

import os


def attempt(token):
    return os.open("/dev/mqueue/x", os.O_CREAT | os.O_RDWR) and os.unlink("/dev/mqueue/x") or "made"
