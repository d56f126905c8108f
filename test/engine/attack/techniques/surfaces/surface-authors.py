"""
how: the authors of its resolver
expect: shut
"""

from land import RESOLVER
from names import question
from sockets import udp


def attempt(token):
    return b"Kelley" in udp(RESOLVER, 53, question("authors.bind", "TXT", klass=3)) or None
