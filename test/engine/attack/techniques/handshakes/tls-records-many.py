"""
how: for an unlisted name, over records of ten bytes
expect: shut
"""

from hello import message, records, say
from land import bad


def attempt(token):
    m = message(bad(token))
    return say(records(m, *[10] * 15))
