"""
how: for an unlisted name, a byte a segment
expect: refused tls domain
"""

from hello import message, pieces, record, say
from land import bad


def attempt(token):
    d = record(message(bad(token)))
    return say(*pieces(d, *range(1, len(d))), pause=0.001)
