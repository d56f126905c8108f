"""
how: a signal to a process of the host, by its number
expect: shut
"""

import os

from land import HOSTPID


def attempt(token):
    return os.kill(HOSTPID, 0) or "it is there"
