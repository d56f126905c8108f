"""
how: the gateway's resolver that asks others, over TCP
expect: shut
unseen: a plain network's gateway has none
"""

from land import GATEWAY, bad
from names import ask_tcp, question


def attempt(token):
    return ask_tcp(question(bad(token)), server=GATEWAY, port=5353)
