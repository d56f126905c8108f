"""
how: its socket /run/crio/crio.sock
expect: shut
"""

from confinement import unix


def attempt(token):
    return unix("/run/crio/crio.sock")
