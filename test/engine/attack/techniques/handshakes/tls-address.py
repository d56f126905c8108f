"""
how: for an address as its name
expect: refused tls domain
"""

from hello import extension, message, record, say
from land import EVIL


def attempt(token):
    return say(record(message(EVIL, after=extension(0x7777, token.encode()))))
