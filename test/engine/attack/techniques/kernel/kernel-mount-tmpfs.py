"""
how: a tmpfs
expect: shut
"""

from confinement import call


def attempt(token):
    return call("mount", b"x", b"/tmp", b"tmpfs", 0, 0)
