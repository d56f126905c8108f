"""
how: HTTP on the port of TLS
expect: refused tls no-sni
"""

from land import good
from web import get, http


def attempt(token):
    return http(get(good(token)), port=443)
