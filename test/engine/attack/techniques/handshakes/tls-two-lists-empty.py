"""
how: with an empty list of names after the allowed one
expect: refused tls bad-hello
"""

from hello import extension, message, record, say
from land import good


def attempt(token):
    return say(record(message(good(token), after=extension(0, b""))))
