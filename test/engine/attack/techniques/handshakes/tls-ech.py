"""
how: for an unlisted outer name, with an encrypted inner one
expect: refused tls domain
"""

from hello import extension, message, record, say
from land import bad


def attempt(token):
    return say(
        record(message(bad(token), after=extension(0xFE0D, b"\0\0\1\0\1\0\0\x20" + b"e" * 32 + b"\0\x40" + b"c" * 64)))
    )
