"""
how: for an unlisted name, after an allowed one on the same connection
expect: open
"""

from hello import message, record, say
from land import bad


def attempt(token):
    return say(record(message("allowed.test")), record(message(bad(token))), pause=0.5)
