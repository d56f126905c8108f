"""
how: a module by modprobe
expect: shut
"""

from names import in_a_shell


def attempt(token):
    return in_a_shell("modprobe dummy || insmod /tmp/x.ko")
