"""
how: a program that the host runs when a group is empty
expect: shut
"""

from confinement import write


def attempt(token):
    return write("/sys/fs/cgroup/release_agent", "/tmp/x")
