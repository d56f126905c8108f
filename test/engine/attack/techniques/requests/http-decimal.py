"""
how: for an address written as one number
expect: shut
"""

from web import get, http


def attempt(token):
    return http(get("1161972290", "/" + token))
