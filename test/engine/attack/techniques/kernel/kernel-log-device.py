"""
how: the kernel's log by its device
expect: shut
"""

from confinement import read


def attempt(token):
    return read("/dev/kmsg")
