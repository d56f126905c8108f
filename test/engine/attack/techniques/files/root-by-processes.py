"""
how: a file of the image made below the root of each process, `/proc/self/root` and `/proc/1/root` among them
expect: shut
"""

import glob

from confinement import make
from sockets import quietly


def attempt(token):
    return [got for root in glob.glob("/proc/*/root") if (got := quietly(make, f"{root}/etc/x"))] or None
