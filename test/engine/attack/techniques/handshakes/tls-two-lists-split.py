"""
how: with two lists of names, in two segments
expect: refused tls bad-hello
"""

from hello import extension, message, pieces, record, say, sni
from land import bad, good


def attempt(token):
    d = record(message(good(token), after=extension(21, bytes(3000)) + sni(bad(token))))
    return say(*pieces(d, 2000), pause=0.3)
