"""
how: with two lists of names, the second one's of an unknown type
expect: refused tls bad-hello
"""

from hello import message, record, say, sni
from land import bad, good


def attempt(token):
    return say(record(message(good(token), after=sni(bad(token), kind=9))))
