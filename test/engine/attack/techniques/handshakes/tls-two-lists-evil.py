"""
how: with two lists of names, the other one first
expect: refused tls bad-hello
"""

from hello import message, record, say, sni
from land import bad, good


def attempt(token):
    return say(record(message(before=sni(bad(token)) + sni(good(token)))))
