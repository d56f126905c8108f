"""
how: over HTTPS, by its address
expect: refused tls domain
"""

from hello import inside
from land import EVIL, bad


def attempt(token):
    return inside(bad(token), EVIL, "/dns-query")
