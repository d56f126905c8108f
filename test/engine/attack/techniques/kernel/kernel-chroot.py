"""
how: a chroot
expect: shut
"""

from confinement import apart, call


def attempt(token):
    return apart(call, "chroot", b"/tmp")
