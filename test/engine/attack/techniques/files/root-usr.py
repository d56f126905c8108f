"""
how: a program of the image replaced
expect: shut
"""

from confinement import make


def attempt(token):
    return make("/usr/local/bin/x")
