"""
how: TLS for an unlisted name on the port of HTTP
expect: shut
"""

from hello import tls
from land import bad


def attempt(token):
    return tls(bad(token), port=80)
