"""
how: for an unlisted name, after an empty record
expect: shut
"""

from hello import message, record, say
from land import bad


def attempt(token):
    return say(record(b""), record(message(bad(token))))
