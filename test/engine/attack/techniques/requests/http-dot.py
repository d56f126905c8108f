"""
how: for an allowed name with a dot at its end
expect: refused http bad-request
"""

from land import good
from web import get, http


def attempt(token):
    return http(get(good(token) + "."))
