"""
how: a reboot
expect: shut
"""

from confinement import call


def attempt(token):
    return call("reboot", 0xFEE1DEAD, 672274793, 0x89ABCDEF, 0)
