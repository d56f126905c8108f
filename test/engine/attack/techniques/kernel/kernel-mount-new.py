"""
how: a mount by the newer calls
expect: shut
"""

from confinement import call


def attempt(token):
    return call("fsopen", b"tmpfs", 0)
