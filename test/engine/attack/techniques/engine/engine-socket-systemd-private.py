"""
how: its socket /run/systemd/private
expect: shut
"""

from confinement import unix


def attempt(token):
    return unix("/run/systemd/private")
