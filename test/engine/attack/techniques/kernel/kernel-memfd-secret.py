"""
how: memory that the host cannot look into
expect: shut
"""

from confinement import call


def attempt(token):
    return call("memfd_secret", 0)
