"""
how: for an allowed name, a zero byte, and another
expect: shut
"""

from hello import message, record, say
from land import bad, good


def attempt(token):
    return say(record(message(good(token) + "\0." + bad(token))))
