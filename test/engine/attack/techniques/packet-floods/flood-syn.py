"""
how: of half connections from addresses that are not there
expect: shut
"""

from flood import syns


def attempt(token):
    return syns()
