"""
how: a capability, held or within reach
expect: shut
"""

from confinement import capabilities


def attempt(token):
    return capabilities()
