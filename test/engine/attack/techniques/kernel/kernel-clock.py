"""
how: the clock
expect: shut
"""

import struct
import time

from confinement import call


def attempt(token):
    now = time.time_ns()
    return call("clock_settime", 0, struct.pack("qq", now // 10**9, now % 10**9))
