"""
how: for a name that ends as an allowed wildcard
expect: refused tls domain
"""

from hello import message, record, say


def attempt(token):
    return say(record(message(token + "wild.test")))
