"""
how: the kernel's security files
expect: shut
"""

from confinement import listed


def attempt(token):
    return listed("/sys/kernel/security")
