"""
how: for an allowed name with a dot before it
expect: shut
"""

from hello import message, record, say
from land import good


def attempt(token):
    return say(record(message("." + good(token))))
