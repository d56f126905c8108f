"""
how: /proc/sys/kernel/yama/ptrace_scope written
expect: shut
"""

from confinement import write


def attempt(token):
    return write("/proc/sys/kernel/yama/ptrace_scope")
