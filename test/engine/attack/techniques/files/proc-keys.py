"""
how: the keys of others read
expect: shut
"""

from confinement import read


def attempt(token):
    return read("/proc/keys")
