"""
how: the scheduler's log read
expect: shut
"""

from confinement import read


def attempt(token):
    return read("/proc/sched_debug")
