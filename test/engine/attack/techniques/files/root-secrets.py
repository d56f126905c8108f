"""
how: a secret written
expect: shut
"""

from confinement import make


def attempt(token):
    return make("/run/secrets/x")
