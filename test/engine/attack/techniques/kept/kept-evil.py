"""
how: for an allowed name and then another
expect: shut
"""

from land import bad
from web import get, kept


def attempt(token):
    return kept(get(bad(token)))
