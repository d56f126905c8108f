"""
how: /sys/power/state written
expect: shut
"""

from confinement import write


def attempt(token):
    return write("/sys/power/state", "x")
