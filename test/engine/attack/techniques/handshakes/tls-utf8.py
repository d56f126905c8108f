"""
how: for a name in other letters that look alike
expect: shut
"""

from hello import message, record, say


def attempt(token):
    return say(record(message(f"{token}.w\u0456ld.test".encode())))
