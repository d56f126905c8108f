"""
how: the time of day
expect: shut
"""

import struct
import time

from confinement import call


def attempt(token):
    now = time.time_ns()
    return call("settimeofday", struct.pack("qq", now // 10**9, 0), 0)
