"""
how: for an allowed name: the control
expect: open
"""

from land import good
from web import get, http


def attempt(token):
    return http(get(good(token)))
