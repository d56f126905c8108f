"""
how: the memory of a process of the host, by its number
expect: shut
"""

from confinement import write
from land import HOSTPID


def attempt(token):
    return write(f"/proc/{HOSTPID}/mem")
