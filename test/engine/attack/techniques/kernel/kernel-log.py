"""
how: the kernel's log read
expect: shut
"""

from confinement import call


def attempt(token):
    return call("syslog", 3, b"\0" * 4096, 4096)
