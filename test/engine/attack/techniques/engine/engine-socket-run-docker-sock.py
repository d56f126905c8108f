"""
how: its socket /run/docker.sock
expect: shut
"""

from confinement import unix


def attempt(token):
    return unix("/run/docker.sock")
