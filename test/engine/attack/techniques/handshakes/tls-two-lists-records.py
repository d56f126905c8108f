"""
how: with two lists of names, each in a record of its own
expect: shut
"""

from hello import around, message, records, say, sni
from land import bad, good


def attempt(token):
    m = message(good(token), after=sni(bad(token)))
    return say(records(m, around(m, bad(token)) - 40))
