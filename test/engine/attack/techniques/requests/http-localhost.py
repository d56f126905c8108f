"""
how: for localhost
expect: refused http domain
"""

from web import get, http


def attempt(token):
    return http(get("localhost", "/" + token))
