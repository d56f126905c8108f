"""
how: /sys/kernel/uevent_helper written
expect: shut
"""

from confinement import write


def attempt(token):
    return write("/sys/kernel/uevent_helper", "/tmp/x")
