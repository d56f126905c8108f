"""
how: for an allowed name twice, and then another
expect: shut
"""

from land import bad
from web import get, kept


def attempt(token):
    return kept(get("allowed.test"), get(bad(token)))
