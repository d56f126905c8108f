"""
how: whose name's length is a lie
expect: shut
"""

from hello import message, record, say
from land import bad


def attempt(token):
    d = record(message(bad(token)))
    at = d.index(bad(token).encode())
    return say(d[: at - 2] + b"\xff\xff" + d[at:])
