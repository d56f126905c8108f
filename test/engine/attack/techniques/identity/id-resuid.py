"""
how: root as the saved user
expect: shut
"""

from confinement import apart, call


def attempt(token):
    return apart(call, "setresuid", -1, -1, 0)
