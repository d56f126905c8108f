"""
how: for a name that begins as an allowed one
expect: refused http domain
"""

from land import bad
from web import get, http


def attempt(token):
    return http(get("allowed.test." + bad(token)))
