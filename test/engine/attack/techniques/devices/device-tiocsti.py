"""
how: keys typed into the terminal that looks in
expect: shut
"""

import fcntl


def attempt(token):
    return [fcntl.ioctl(open("/dev/tty"), 0x5412, c) for c in b"x"]
