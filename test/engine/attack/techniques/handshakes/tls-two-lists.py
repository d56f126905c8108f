"""
how: with two lists of names, the allowed one first
expect: refused tls bad-hello
"""

from hello import message, record, say, sni
from land import bad, good


def attempt(token):
    return say(record(message(before=sni(good(token)) + sni(bad(token)))))
