"""
how: the engine's own over TCP
expect: shut
unseen: the lab's engine asks the machine's resolver, which is not of the fake internet
"""

from land import bad
from names import ask_tcp, question


def attempt(token):
    return ask_tcp(question(bad(token)), server="127.0.0.11")
