"""
how: the gateway over TLS
expect: shut
unseen: a plain network's gateway has none
"""

from land import GATEWAY, bad
from names import ask_tcp, question


def attempt(token):
    return ask_tcp(question(bad(token)), server=GATEWAY, port=853, secure=True)
