"""
how: for an allowed name, in three segments
expect: open
"""

from hello import message, pieces, record, say
from land import good


def attempt(token):
    d = record(message(good(token)))
    return say(*pieces(d, 3, 70))
