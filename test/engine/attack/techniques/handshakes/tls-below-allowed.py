"""
how: for a name below an allowed one
expect: refused tls domain
"""

from hello import message, record, say


def attempt(token):
    return say(record(message(token + ".allowed.test")))
