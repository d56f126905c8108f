"""
how: an allowed site's neighbour by its real address
expect: shut
"""

from hello import tls
from land import SHARED, bad


def attempt(token):
    return tls(bad(token), to=SHARED)
