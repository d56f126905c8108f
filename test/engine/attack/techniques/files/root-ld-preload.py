"""
how: a library loaded into every program
expect: shut
"""

from confinement import make


def attempt(token):
    return make("/etc/ld.so.preload")
