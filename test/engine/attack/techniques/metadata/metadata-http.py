"""
how: over HTTP
expect: shut
unseen: the rule that leads there is for sandboxes
"""

from land import METADATA
from sockets import tcp
from web import get


def attempt(token):
    return tcp(METADATA, 80, get(METADATA, "/latest/meta-data/" + token))
