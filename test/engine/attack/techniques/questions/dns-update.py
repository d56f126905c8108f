"""
how: as an UPDATE
expect: shut
"""

from land import bad
from names import ask


def attempt(token):
    return ask(bad(token), opcode=5)
