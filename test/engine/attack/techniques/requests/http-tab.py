"""
how: for a name with a tab
expect: shut
"""

from land import bad, good
from web import get, http


def attempt(token):
    return http(get(good(token) + "\t" + bad(token)))
