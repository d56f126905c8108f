"""
how: its socket /run/containerd/containerd.sock
expect: shut
"""

from confinement import unix


def attempt(token):
    return unix("/run/containerd/containerd.sock")
