"""
how: a call of a 32-bit program
expect: shut
"""

from confinement import apart, call_of_32_bits


def attempt(token):
    return apart(call_of_32_bits, 20)
