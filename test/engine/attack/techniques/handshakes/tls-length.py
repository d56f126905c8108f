"""
how: whose length promises more than comes
expect: shut
"""

from hello import message, record, say
from land import bad


def attempt(token):
    d = record(message(bad(token)))
    return say(d[:3] + b"\x3f\xff" + d[5:])
