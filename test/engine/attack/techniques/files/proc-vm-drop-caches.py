"""
how: /proc/sys/vm/drop_caches written
expect: shut
"""

from confinement import write


def attempt(token):
    return write("/proc/sys/vm/drop_caches")
