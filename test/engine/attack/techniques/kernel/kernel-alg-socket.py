"""
how: the kernel's ciphers by a socket
expect: shut
"""

from confinement import call


def attempt(token):
    return call("socket", 38, 5, 0)
