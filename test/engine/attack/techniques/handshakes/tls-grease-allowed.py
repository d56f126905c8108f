"""
how: for an allowed name, with GREASE before it
expect: open
"""

from hello import GREASE, extension, message, record, say
from land import good


def attempt(token):
    return say(record(message(good(token), before=extension(GREASE, b"\0"), ciphers=(GREASE, 0x1301, 0x1303))))
