"""
how: frames by an XDP socket
expect: shut
"""

from confinement import call


def attempt(token):
    return call("socket", 44, 3, 0)
