"""
how: /proc/sys/kernel/modprobe written
expect: shut
"""

from confinement import write


def attempt(token):
    return write("/proc/sys/kernel/modprobe")
