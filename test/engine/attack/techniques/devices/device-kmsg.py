"""
how: the kernel's log made by hand
expect: shut
"""

from confinement import mknod


def attempt(token):
    return mknod(0o020000, 1, 11)
