"""
how: pinned programs of others
expect: shut
"""

from confinement import listed


def attempt(token):
    return listed("/sys/fs/bpf")
