"""
how: with the encrypted name of the older draft and no other
expect: shut
"""

from hello import extension, message, record, say


def attempt(token):
    return say(record(message(after=extension(0xFFCE, b"\x13\1" + token.encode()))))
