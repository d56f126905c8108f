"""
how: a process of the host, by ptrace
expect: shut
"""

from confinement import call
from land import HOSTPID


def attempt(token):
    return call("ptrace", 16, HOSTPID, 0, 0)
