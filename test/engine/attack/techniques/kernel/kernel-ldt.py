"""
how: a segment of its own
expect: shut
"""

from confinement import call


def attempt(token):
    return call("modify_ldt", 0, b"\0" * 64, 64)
