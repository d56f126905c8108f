"""
how: for the virtual address as its name
expect: shut
"""

from hello import extension, message, record, say
from land import VIP


def attempt(token):
    return say(record(message(VIP, after=extension(0x7777, token.encode()))))
