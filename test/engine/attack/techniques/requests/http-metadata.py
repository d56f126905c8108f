"""
how: for the metadata address
expect: refused http domain
"""

from land import METADATA
from web import get, http


def attempt(token):
    return http(get(METADATA, "/latest/meta-data/" + token))
