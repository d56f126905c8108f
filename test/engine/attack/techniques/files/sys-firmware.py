"""
how: the firmware read
expect: shut
"""

from confinement import listed


def attempt(token):
    return listed("/sys/firmware")
