"""
how: a program of one's own that runs as its owner
expect: shut
"""

from confinement import own_setuid_shell


def attempt(token):
    return own_setuid_shell()
