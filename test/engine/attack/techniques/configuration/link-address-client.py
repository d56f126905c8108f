"""
how: another client's address for itself
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import changed
from land import OTHER_AGENT, OTHER_GATEWAY, bad
from names import ask


def attempt(token):
    return changed(
        ["address", "add", OTHER_AGENT + "/24", "dev", "eth0"], lambda: ask(bad(token), server=OTHER_GATEWAY)
    )
