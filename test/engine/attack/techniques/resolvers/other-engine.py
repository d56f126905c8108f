"""
how: the engine's own in this container (127.0.0.11)
expect: shut
unseen: the lab's engine asks the machine's resolver, which is not of the fake internet
"""

from land import bad
from names import ask


def attempt(token):
    return ask(bad(token), server="127.0.0.11")
