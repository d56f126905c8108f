"""
how: with an allowed name of an unknown type before the real one
expect: shut
"""

from hello import message, record, say, sni
from land import bad, good


def attempt(token):
    return say(record(message(before=sni(good(token), kind=9) + sni(bad(token)))))
