"""
how: for an allowed name, over two records
expect: shut
"""

from hello import around, message, records, say
from land import good


def attempt(token):
    m = message(good(token))
    return say(records(m, around(m, good(token))))
