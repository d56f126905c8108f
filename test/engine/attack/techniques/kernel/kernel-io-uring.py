"""
how: a queue of calls that no filter sees
expect: shut
"""

from confinement import call


def attempt(token):
    return call("io_uring_setup", 1, b"\0" * 120)
