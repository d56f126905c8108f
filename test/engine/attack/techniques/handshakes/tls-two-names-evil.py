"""
how: for two names in one list, the other one first
expect: refused tls bad-hello
"""

from hello import message, record, say, sni
from land import bad, good


def attempt(token):
    return say(record(message(before=sni(bad(token), good(token)))))
