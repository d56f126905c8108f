"""
how: a file by its handle (shocker)
expect: shut
"""

from confinement import call


def attempt(token):
    return call("open_by_handle_at", 3, b"\x08\0\0\0\1\0\0\0\2\0\0\0\0\0\0\0", 0)
