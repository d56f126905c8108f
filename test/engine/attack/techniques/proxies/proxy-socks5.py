"""
how: SOCKS 5
expect: shut
"""

from hello import say
from land import bad


def attempt(token):
    return say(b"\5\1\0", b"\5\1\0\3" + bytes([len(bad(token))]) + bad(token).encode() + b"\1\xbb", port=80)
