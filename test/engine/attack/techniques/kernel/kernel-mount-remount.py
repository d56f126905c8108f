"""
how: its root writable
expect: shut
"""

from confinement import call


def attempt(token):
    return call("mount", b"none", b"/", b"none", 32, 0)
