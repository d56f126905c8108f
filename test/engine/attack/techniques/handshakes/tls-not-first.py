"""
how: with data of another protocol before it
expect: shut
"""

from hello import message, record, say
from land import good


def attempt(token):
    return say(token + "\r\n", record(message(good(token))))
