"""
how: for a name that nobody allowed
expect: refused http domain
"""

from land import bad
from web import get, http


def attempt(token):
    return http(get(bad(token)))
