"""
how: the kernel's debugging files
expect: shut
"""

from confinement import listed


def attempt(token):
    return listed("/sys/kernel/debug")
