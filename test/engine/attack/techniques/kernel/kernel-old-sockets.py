"""
how: a pair of such
expect: shut
"""

from confinement import call


def attempt(token):
    return call("socketpair", 30, 1, 0, b"\0" * 8)
