"""
how: for an unlisted name behind a user's
expect: shut
"""

from land import bad
from web import get, http


def attempt(token):
    return http(get("allowed.test@" + bad(token)))
