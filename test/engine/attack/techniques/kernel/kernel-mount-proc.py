"""
how: a fresh /proc
expect: shut
"""

from confinement import call


def attempt(token):
    return call("mount", b"proc", b"/tmp", b"proc", 0, 0)
