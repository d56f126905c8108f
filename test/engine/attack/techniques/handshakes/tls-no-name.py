"""
how: without a name
expect: refused tls no-sni
"""

from hello import extension, message, record, say


def attempt(token):
    return say(record(message(after=extension(0x7777, token.encode()))))
