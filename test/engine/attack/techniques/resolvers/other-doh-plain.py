"""
how: over HTTP
expect: refused http domain
"""

from land import bad
from names import doh
from web import http


def attempt(token):
    return http(doh(bad(token), bad(token)))
