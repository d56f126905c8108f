"""
how: a program with capabilities
expect: shut
"""

from confinement import file_capabilities


def attempt(token):
    return file_capabilities()
