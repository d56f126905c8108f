"""
how: one of the internet over TLS
expect: shut
"""

from land import EVIL, bad
from names import ask_tcp, question


def attempt(token):
    return ask_tcp(question(bad(token)), server=EVIL, port=8443, secure=True)
