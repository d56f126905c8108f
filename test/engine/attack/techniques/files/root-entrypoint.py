"""
how: the program that the container starts with
expect: shut
"""

from confinement import write


def attempt(token):
    return write("/usr/local/bin/entrypoint", "#")
