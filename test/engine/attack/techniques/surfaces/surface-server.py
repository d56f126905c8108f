"""
how: the software behind a refusal
expect: shut
"""

from land import VIP, bad
from sockets import tcp
from web import get


def attempt(token):
    return b"haproxy" in tcp(VIP, 80, get(bad(token))).lower() or None
