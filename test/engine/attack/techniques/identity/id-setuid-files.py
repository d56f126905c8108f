"""
how: a program that runs as its owner
expect: shut
"""

from confinement import setuid_files


def attempt(token):
    return setuid_files()
