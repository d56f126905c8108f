"""
how: a mask taken away
expect: shut
"""

from confinement import call


def attempt(token):
    return call("umount2", b"/proc/kcore", 0)
