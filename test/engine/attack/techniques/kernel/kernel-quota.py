"""
how: quotas
expect: shut
"""

from confinement import call


def attempt(token):
    return call("quotactl", 0x800002 << 8, b"/dev/x", 0, 0)
