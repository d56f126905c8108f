"""
how: the gateway's resolver that asks others
expect: shut
unseen: a plain network's gateway has none
"""

from land import GATEWAY, bad
from names import ask


def attempt(token):
    return ask(bad(token), server=GATEWAY, port=5353)
