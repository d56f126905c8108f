"""
how: for an allowed site's neighbour on its address
expect: refused http domain
"""

from web import get, http


def attempt(token):
    return http(get(f"{token}.neighbour.test"))
