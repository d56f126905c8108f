"""
how: a key asked of the host
expect: shut
"""

from confinement import call


def attempt(token):
    return call("request_key", b"user", b"x", b"y", -4)
