"""
how: one that not every container has
expect: shut
"""

from confinement import devices


def attempt(token):
    return devices()
