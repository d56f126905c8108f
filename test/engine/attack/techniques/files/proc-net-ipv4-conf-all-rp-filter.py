"""
how: /proc/sys/net/ipv4/conf/all/rp_filter written
expect: shut
"""

from confinement import write


def attempt(token):
    return write("/proc/sys/net/ipv4/conf/all/rp_filter")
