"""
how: of connections to the port of HTTP
expect: shut
"""

from flood import hold
from web import get


def attempt(token):
    return hold(1500, 80, get("allowed.test")[:20].encode())
