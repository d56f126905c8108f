"""
how: faults of the kernel's own, handled
expect: shut
"""

from confinement import call


def attempt(token):
    return call("userfaultfd", 0)
