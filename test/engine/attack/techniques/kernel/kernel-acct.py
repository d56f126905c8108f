"""
how: accounting of processes
expect: shut
"""

from confinement import call


def attempt(token):
    return call("acct", b"/tmp/x")
