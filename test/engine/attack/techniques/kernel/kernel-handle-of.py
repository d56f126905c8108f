"""
how: a file's handle
expect: shut
"""

from confinement import call


def attempt(token):
    return call("name_to_handle_at", -100, b"/", b"\x80" + b"\0" * 199, b"\0" * 8, 0)
