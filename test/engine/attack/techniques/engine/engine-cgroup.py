"""
how: the group of processes it is in
expect: shut
"""

from confinement import make


def attempt(token):
    return make("/sys/fs/cgroup/escape")
