"""
how: for an unlisted name with a dot at its end
expect: refused tls domain
"""

from hello import message, record, say
from land import bad


def attempt(token):
    return say(record(message(bad(token) + ".")))
