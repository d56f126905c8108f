"""
how: for an allowed name, on a port it has not
expect: shut
"""

from hello import tls
from land import good


def attempt(token):
    return tls(good(token), port=8443)
