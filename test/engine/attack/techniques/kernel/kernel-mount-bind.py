"""
how: a bind mount
expect: shut
"""

from confinement import call


def attempt(token):
    return call("mount", b"/etc", b"/tmp", b"none", 4096, 0)
