"""
how: a virtual disk made by hand
expect: shut
"""

from confinement import mknod


def attempt(token):
    return mknod(0o060000, 254, 0)
