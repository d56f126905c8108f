"""
how: its root writable by the newer call
expect: shut
"""

from confinement import call


def attempt(token):
    return call("mount_setattr", -100, b"/", 0, 0, 0)
