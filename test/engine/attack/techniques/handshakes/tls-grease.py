"""
how: for an unlisted name, with GREASE before it
expect: refused tls domain
"""

from hello import GREASE, extension, message, record, say
from land import bad


def attempt(token):
    return say(record(message(bad(token), before=extension(GREASE, b"\0"), ciphers=(GREASE, 0x1301))))
