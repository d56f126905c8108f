"""
how: for another name, a zero byte, and an allowed one
expect: shut
"""

from hello import message, record, say
from land import bad, good


def attempt(token):
    return say(record(message(bad(token) + "\0." + good(token))))
