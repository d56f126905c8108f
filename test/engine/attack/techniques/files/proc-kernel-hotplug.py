"""
how: /proc/sys/kernel/hotplug written
expect: shut
"""

from confinement import write


def attempt(token):
    return write("/proc/sys/kernel/hotplug")
