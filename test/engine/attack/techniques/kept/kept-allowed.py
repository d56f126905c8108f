"""
how: for one allowed name and then another that is allowed
expect: shut
"""

from land import good
from web import get, kept


def attempt(token):
    return kept(get(good(token)))
