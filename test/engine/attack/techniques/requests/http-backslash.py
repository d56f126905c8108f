"""
how: for a name with a backslash
expect: shut
"""

from land import bad, good
from web import get, http


def attempt(token):
    return http(get(bad(token) + "\\@" + good(token)))
