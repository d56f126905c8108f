"""
how: for an allowed name with a dot at its end
expect: refused tls domain
"""

from hello import message, record, say
from land import good


def attempt(token):
    return say(record(message(good(token) + ".")))
