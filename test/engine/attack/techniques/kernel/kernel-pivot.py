"""
how: another root
expect: shut
"""

from confinement import call


def attempt(token):
    return call("pivot_root", b"/tmp", b"/tmp")
