"""
how: a module
expect: shut
"""

from confinement import call


def attempt(token):
    return call("init_module", b"\x7fELF", 4, b"")
