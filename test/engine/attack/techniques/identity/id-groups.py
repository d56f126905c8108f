"""
how: more groups
expect: shut
"""

from confinement import apart, call


def attempt(token):
    return apart(call, "setgroups", 1, b"\0\0\0\0")
