"""
how: for an allowed name in capital letters: the same name
expect: open
"""

from hello import message, record, say
from land import good


def attempt(token):
    return say(record(message(good(token).upper())))
