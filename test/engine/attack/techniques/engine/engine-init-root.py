"""
how: the root of a process of the host
expect: shut
"""

from names import in_a_shell


def attempt(token):
    return in_a_shell("ls /proc/1/root/.. /proc/*/root/var/lib/docker")
