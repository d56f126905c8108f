"""
how: the proxy's commands on its web ports
expect: shut
"""

from hello import say
from web import http, served


def attempt(token):
    return served(http("show info\n")) or b"Name" in say("show info\n") or None
