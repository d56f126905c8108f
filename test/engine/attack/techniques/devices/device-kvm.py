"""
how: a virtual machine
expect: shut
"""

import os


def attempt(token):
    return os.open("/dev/kvm", os.O_RDWR)
