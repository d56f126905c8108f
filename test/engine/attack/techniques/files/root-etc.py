"""
how: a file of the image made
expect: shut
"""

from confinement import make


def attempt(token):
    return make("/etc/x")
