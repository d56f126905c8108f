"""
how: a process without random addresses
expect: shut
"""

from confinement import apart, call


def attempt(token):
    return apart(call, "personality", 0x0040000)
