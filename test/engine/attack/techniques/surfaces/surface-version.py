"""
how: the version of its resolver
expect: shut
"""

from land import RESOLVER
from names import question
from sockets import udp


def attempt(token):
    return b"dnsmasq" in udp(RESOLVER, 53, question("version.bind", "TXT", klass=3)) or None
