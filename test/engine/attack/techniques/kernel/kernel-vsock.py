"""
how: a service of the hypervisor's by vsock
expect: shut
"""

from confinement import call


def attempt(token):
    return call("socket", 40, 1, 0)
