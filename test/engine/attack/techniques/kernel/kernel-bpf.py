"""
how: a program in the kernel
expect: shut
"""

from confinement import call


def attempt(token):
    return call("bpf", 5, b"\0" * 120, 120)
