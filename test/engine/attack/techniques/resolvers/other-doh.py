"""
how: over HTTPS, by its own name
expect: refused tls domain
"""

from hello import inside
from land import bad


def attempt(token):
    return inside(bad(token), bad(token), "/dns-query")
