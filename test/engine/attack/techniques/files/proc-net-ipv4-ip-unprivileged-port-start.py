"""
how: /proc/sys/net/ipv4/ip_unprivileged_port_start written
expect: shut
"""

from confinement import write


def attempt(token):
    return write("/proc/sys/net/ipv4/ip_unprivileged_port_start")
