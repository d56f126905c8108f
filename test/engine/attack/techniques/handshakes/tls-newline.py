"""
how: for an allowed name with a line's end in it
expect: shut
"""

from hello import message, record, say
from land import bad, good


def attempt(token):
    return say(record(message(good(token) + "\n" + bad(token))))
