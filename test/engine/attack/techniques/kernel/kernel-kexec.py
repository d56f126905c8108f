"""
how: another kernel
expect: shut
"""

from confinement import call


def attempt(token):
    return call("kexec_load", 0, 0, 0, 0)
