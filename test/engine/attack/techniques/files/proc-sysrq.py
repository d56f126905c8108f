"""
how: /proc/sysrq-trigger written
expect: shut
"""

from confinement import write


def attempt(token):
    return write("/proc/sysrq-trigger", "h")
