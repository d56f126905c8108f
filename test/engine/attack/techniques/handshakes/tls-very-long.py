"""
how: for a name of nine kilobytes
expect: shut
"""

from hello import message, record, say
from land import good


def attempt(token):
    return say(record(message(("x" * 60 + ".") * 150 + good(token))))
