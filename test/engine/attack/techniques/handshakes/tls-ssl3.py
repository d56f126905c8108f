"""
how: for an unlisted name, as SSL 3
expect: shut
"""

from hello import message, record, say
from land import bad


def attempt(token):
    return say(record(message(bad(token), version=0x0300), version=0x0300))
