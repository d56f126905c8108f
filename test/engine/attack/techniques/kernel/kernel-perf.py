"""
how: a look at the kernel's counters
expect: shut
"""

from confinement import call


def attempt(token):
    return call("perf_event_open", b"\0" * 120, 0, -1, -1, 0)
