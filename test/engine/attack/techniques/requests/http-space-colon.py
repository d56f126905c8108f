"""
how: with a space before the colon of a second Host
expect: shut
"""

from land import bad, good
from web import get, http


def attempt(token):
    return http(get(good(token), "/", "Host : " + bad(token)))
