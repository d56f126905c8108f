"""
how: /proc/sys/kernel/core_pattern written
expect: shut
"""

from confinement import write


def attempt(token):
    return write("/proc/sys/kernel/core_pattern")
