"""
how: with two lists of names, both the allowed one's
expect: refused tls bad-hello
"""

from hello import message, record, say, sni
from land import good


def attempt(token):
    return say(record(message(before=sni(good(token)) + sni(good(token)))))
