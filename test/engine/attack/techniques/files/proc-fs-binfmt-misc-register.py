"""
how: /proc/sys/fs/binfmt_misc/register written
expect: shut
"""

from confinement import write


def attempt(token):
    return write("/proc/sys/fs/binfmt_misc/register")
