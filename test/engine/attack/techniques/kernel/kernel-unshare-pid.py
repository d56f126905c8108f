"""
how: a pid namespace of its own
expect: shut
"""

from confinement import CLONE, apart, call


def attempt(token):
    return apart(call, "unshare", CLONE["pid"])
