"""
how: swap
expect: shut
"""

from confinement import call


def attempt(token):
    return call("swapon", b"/tmp/x", 0)
