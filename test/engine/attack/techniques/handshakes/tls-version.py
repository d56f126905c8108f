"""
how: for an unlisted name, of a version that does not exist
expect: shut
"""

from hello import message, record, say
from land import bad


def attempt(token):
    return say(record(message(bad(token), version=0x7F7F), version=0x7F7F))
