"""
how: for an allowed name in capital letters: the same name
expect: open
"""

from land import good
from web import get, http


def attempt(token):
    return http(get(good(token).upper()))
