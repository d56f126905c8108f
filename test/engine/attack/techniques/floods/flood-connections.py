"""
how: of connections that say nothing
expect: shut
"""

from flood import hold


def attempt(token):
    return hold(1500, 443)
