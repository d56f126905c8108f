"""
how: for an unlisted name, with data before any answer
expect: shut
"""

from hello import message, record, say
from land import bad


def attempt(token):
    return say(record(message(bad(token))) + record(token.encode(), kind=23))
