"""
how: for an allowed name on another port
expect: refused http bad-request
"""

from land import good
from web import get, http


def attempt(token):
    return http(get(good(token) + ":22"))
