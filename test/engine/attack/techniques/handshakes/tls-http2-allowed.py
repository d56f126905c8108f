"""
how: for an allowed name, for HTTP/2
expect: open
"""

from hello import extension, message, record, say
from land import good


def attempt(token):
    return say(record(message(good(token), after=extension(16, b"\0\3\2h2"))))
