"""
how: for an unlisted name, cut in the middle of it
expect: refused tls domain
"""

from hello import around, message, pieces, record, say
from land import bad


def attempt(token):
    d = record(message(bad(token)))
    return say(*pieces(d, around(d, bad(token))))
