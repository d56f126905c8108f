"""
how: of connections to the resolver
expect: shut
"""

from flood import hold
from land import GATEWAY


def attempt(token):
    return hold(500, 53, to=GATEWAY)
