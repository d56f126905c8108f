"""
how: for an allowed name and then its neighbour
expect: shut
"""

from web import get, kept


def attempt(token):
    return kept(get(f"{token}.neighbour.test"))
