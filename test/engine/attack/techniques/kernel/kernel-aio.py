"""
how: a part of the machine's fs.aio-max-nr
expect: shut
"""

from confinement import call


def attempt(token):
    return call("io_setup", 60000, b"\0" * 8)
