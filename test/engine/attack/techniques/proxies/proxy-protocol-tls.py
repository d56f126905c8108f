"""
how: PROXY protocol before a handshake
expect: shut
"""

from hello import message, record, say
from land import EVIL, VIP, good


def attempt(token):
    return say(f"PROXY TCP4 {EVIL} {VIP} 1 443\r\n".encode() + record(message(good(token))))
