"""
how: a process that the kernel never ends
expect: shut
"""

from confinement import write


def attempt(token):
    return write("/proc/self/oom_score_adj", "-1000")
