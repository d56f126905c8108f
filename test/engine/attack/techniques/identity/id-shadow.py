"""
how: root's password
expect: shut
"""

from confinement import read


def attempt(token):
    return read("/etc/shadow")
