"""
how: with a message after an allowed question
expect: shut
"""

from land import bad
from names import question, send, wire


def attempt(token):
    return send(question("allowed.test", extras=1, extra=wire(bad(token)) + b"\0\x10\0\1\0\0\0\0\0\0"))
