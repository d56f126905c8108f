"""
how: a resolver of the internet over TCP
expect: shut
"""

from land import EVIL, bad
from names import ask_tcp, question


def attempt(token):
    return ask_tcp(question(bad(token)), server=EVIL)
