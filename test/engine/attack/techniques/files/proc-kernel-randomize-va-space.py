"""
how: /proc/sys/kernel/randomize_va_space written
expect: shut
"""

from confinement import write


def attempt(token):
    return write("/proc/sys/kernel/randomize_va_space")
