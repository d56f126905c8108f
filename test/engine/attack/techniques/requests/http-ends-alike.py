"""
how: for a name that ends as an allowed one
expect: refused http domain
"""

from web import get, http


def attempt(token):
    return http(get(token + "allowed.test"))
