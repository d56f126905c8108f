"""
how: its agent's address
expect: shut
"""

from land import OTHER_AGENT, bad
from sockets import tcp
from web import get


def attempt(token):
    return tcp(OTHER_AGENT, 8000, get(bad(token)))
