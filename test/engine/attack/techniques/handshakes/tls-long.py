"""
how: for a name longer than names can be
expect: shut
"""

from hello import message, record, say
from land import bad


def attempt(token):
    return say(record(message("x" * 300 + "." + bad(token))))
