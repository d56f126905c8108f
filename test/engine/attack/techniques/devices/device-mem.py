"""
how: the machine's memory
expect: shut
"""

from confinement import read


def attempt(token):
    return read("/dev/mem")
