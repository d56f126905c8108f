"""
how: another process's namespace
expect: shut
"""

import os

from confinement import call


def attempt(token):
    fd = os.open("/proc/1/ns/net", os.O_RDONLY)
    return call("setns", fd, 0)
