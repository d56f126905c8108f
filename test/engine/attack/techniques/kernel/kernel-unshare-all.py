"""
how: a user namespace with all the others
expect: shut
"""

from confinement import CLONE, apart, call


def attempt(token):
    return apart(call, "unshare", sum(CLONE.values()))
