"""
how: the servers of its resolver
expect: shut
"""

from land import RESOLVER
from names import question
from sockets import udp


def attempt(token):
    return udp(RESOLVER, 53, question("servers.bind", "TXT", klass=3))[7:8].strip(b"\0") or None
