"""
how: the kernel's memory read
expect: shut
"""

from confinement import read


def attempt(token):
    return read("/proc/kcore")
