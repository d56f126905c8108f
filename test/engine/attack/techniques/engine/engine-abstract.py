"""
how: a socket without a file (CVE-2020-15257)
expect: shut
"""

from confinement import abstract_sockets


def attempt(token):
    return abstract_sockets()
