"""
how: a process of the host
expect: shut
"""

from confinement import strange_processes


def attempt(token):
    return strange_processes()
