"""
how: the kernel's tracing files
expect: shut
"""

from confinement import listed


def attempt(token):
    return listed("/sys/kernel/tracing")
