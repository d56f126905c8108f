"""
how: HTTP for an unlisted name on the port of TLS
expect: shut
"""

from land import bad
from web import get, http


def attempt(token):
    return http(get(bad(token)), port=443)
