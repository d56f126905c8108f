"""
how: root, by asking
expect: shut
"""

from confinement import apart, call


def attempt(token):
    return apart(call, "setuid", 0)
