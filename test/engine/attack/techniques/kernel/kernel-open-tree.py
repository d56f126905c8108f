"""
how: a copy of the tree of mounts
expect: shut
"""

from confinement import call


def attempt(token):
    return call("open_tree", -100, b"/", 1)
