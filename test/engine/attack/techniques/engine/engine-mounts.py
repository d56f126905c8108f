"""
how: a mount that speaks of the engine
expect: shut
"""

from confinement import mounts_of


def attempt(token):
    return mounts_of("docker.sock", "containerd.sock", "/var/lib/docker/overlay2 ", " /host")
