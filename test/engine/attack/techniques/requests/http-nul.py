"""
how: for a name with a zero byte
expect: shut
"""

from land import bad, good
from web import get, http


def attempt(token):
    return http(get(good(token) + "\0" + bad(token)))
