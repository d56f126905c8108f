"""
how: the same with bits that the kernel cuts off
expect: shut
"""

from confinement import call


def attempt(token):
    return call("socket", 0x100000028, 1, 0)
