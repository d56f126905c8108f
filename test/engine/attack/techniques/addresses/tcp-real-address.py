"""
how: an allowed site by its real address
expect: shut
"""

from hello import tls
from land import OTHER_SITE, good


def attempt(token):
    return tls(good(token), to=OTHER_SITE)
