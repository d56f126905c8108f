"""
how: /proc/sys/kernel/unprivileged_bpf_disabled written
expect: shut
"""

from confinement import write


def attempt(token):
    return write("/proc/sys/kernel/unprivileged_bpf_disabled")
