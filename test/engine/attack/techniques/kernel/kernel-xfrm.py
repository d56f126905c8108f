"""
how: the kernel's IPsec by netlink
expect: shut
"""

from confinement import call


def attempt(token):
    return call("socket", 16, 3, 6)
