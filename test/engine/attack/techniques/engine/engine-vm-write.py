"""
how: the memory of a process of the host, by a system call
expect: shut
"""

from confinement import call
from land import HOSTPID


def attempt(token):
    return call("process_vm_writev", HOSTPID, 0, 0, 0, 0, 0)
