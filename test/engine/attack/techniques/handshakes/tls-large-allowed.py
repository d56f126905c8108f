"""
how: for an allowed name, with keys of nine kilobytes, in four segments
expect: open
"""

from hello import extension, message, pieces, record, say
from land import good


def attempt(token):
    d = record(message(good(token), after=extension(0x6399, bytes(9000))))
    return say(*pieces(d, 1400, 2800, 7000))
