"""
how: inside TLS, for one name and then another: the same as fronting
expect: open
"""

from hello import tls
from web import get


def attempt(token):
    return tls("allowed.test", get("allowed.test"), get(f"{token}.neighbour.test"))
