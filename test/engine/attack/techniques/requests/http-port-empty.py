"""
how: for an allowed name and no port behind its colon
expect: refused http bad-request
"""

from land import good
from web import get, http


def attempt(token):
    return http(get(good(token) + ":"))
