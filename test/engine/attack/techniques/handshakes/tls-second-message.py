"""
how: for an allowed name, and for another in a second message of the record
expect: refused tls bad-hello
"""

from hello import message, record, say
from land import bad, good


def attempt(token):
    return say(record(message(good(token)) + message(bad(token))))
