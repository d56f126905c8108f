"""
how: for an unlisted name, over two records
expect: shut
"""

from hello import around, message, records, say
from land import bad


def attempt(token):
    m = message(bad(token))
    return say(records(m, around(m, bad(token))))
