"""
how: system calls without a filter
expect: shut
"""

from confinement import status


def attempt(token):
    return None if status("Seccomp") == "2" else "no seccomp filter"
