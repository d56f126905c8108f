"""
how: for a name with a path
expect: shut
"""

from land import bad, good
from web import get, http


def attempt(token):
    return http(get(good(token) + "/" + bad(token)))
