"""
how: its socket /run/podman/podman.sock
expect: shut
"""

from confinement import unix


def attempt(token):
    return unix("/run/podman/podman.sock")
