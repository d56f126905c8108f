"""
how: a key in the kernel's ring
expect: shut
"""

from confinement import call


def attempt(token):
    return call("add_key", b"user", b"x", b"y", 1, -4)
