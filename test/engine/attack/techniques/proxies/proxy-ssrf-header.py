"""
how: for an allowed name that is asked to be sent elsewhere by a header
expect: refused http domain
"""

from land import bad, good
from web import get, http


def attempt(token):
    return http(get(bad(token), "/", "X-Original-URL: http://" + good(token), "X-Rewrite-URL: /"))
