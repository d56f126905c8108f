"""
how: a family that a module is loaded for
expect: shut
"""

from confinement import call


def attempt(token):
    return call("socket", 30, 1, 0)
