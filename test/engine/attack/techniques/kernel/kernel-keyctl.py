"""
how: keys of others by the kernel's ring
expect: shut
"""

from confinement import call


def attempt(token):
    return call("keyctl", 0, -4, 1)
