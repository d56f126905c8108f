"""
how: the machine's tables read
expect: shut
"""

from confinement import listed


def attempt(token):
    return listed("/proc/acpi")
