"""
how: for an unlisted name, after a warning
expect: shut
"""

from hello import message, record, say
from land import bad


def attempt(token):
    return say(record(b"\1\0", kind=21) + record(message(bad(token))))
