"""
how: with two lists of names, the first and the last of all extensions
expect: refused tls bad-hello
"""

from hello import extension, message, record, say, sni
from land import bad, good


def attempt(token):
    return say(record(message(good(token), after=extension(21, bytes(3000)) + sni(bad(token)))))
