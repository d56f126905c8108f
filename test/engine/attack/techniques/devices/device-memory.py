"""
how: the machine's memory made by hand
expect: shut
"""

from confinement import mknod


def attempt(token):
    return mknod(0o020000, 1, 1)
