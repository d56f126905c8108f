"""
how: a socket of anybody outside
expect: shut
"""

from confinement import sockets_in


def attempt(token):
    return sockets_in("/run", "/var/run", "/mnt", "/tmp/.X11-unix")
