"""
how: a module by its file
expect: shut
"""

from confinement import call


def attempt(token):
    return call("finit_module", 0, b"", 0)
