"""
how: for an allowed name with its port: the control
expect: open
"""

from land import good
from web import get, http


def attempt(token):
    return http(get(good(token) + ":80"))
