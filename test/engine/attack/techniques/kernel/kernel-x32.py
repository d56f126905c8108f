"""
how: a call of the x32 kind
expect: shut
"""

from confinement import apart, x32


def attempt(token):
    return apart(x32, 39)
