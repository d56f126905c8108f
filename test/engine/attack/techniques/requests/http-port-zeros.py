"""
how: for an allowed name and its port with zeros
expect: refused http bad-request
"""

from land import good
from web import get, http


def attempt(token):
    return http(get(good(token) + ":00080"))
