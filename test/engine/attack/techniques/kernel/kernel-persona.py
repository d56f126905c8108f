"""
how: a 32-bit personality
expect: shut
"""

from confinement import apart, call


def attempt(token):
    return apart(call, "personality", 8)
