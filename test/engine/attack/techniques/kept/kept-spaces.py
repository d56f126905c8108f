"""
how: for an allowed name and then another, behind empty lines
expect: shut
"""

from land import bad
from web import get, kept


def attempt(token):
    return kept("\r\n\r\n" + get(bad(token)))
