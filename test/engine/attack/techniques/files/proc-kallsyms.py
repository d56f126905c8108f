"""
how: the kernel's addresses read
expect: shut
"""

from confinement import read


def attempt(token):
    return None if set(read("/proc/kallsyms")[:16]) == {48} else "addresses"
