"""
how: for a name below an allowed one
expect: refused http domain
"""

from web import get, http


def attempt(token):
    return http(get(token + ".allowed.test"))
