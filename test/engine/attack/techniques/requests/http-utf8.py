"""
how: for a name in other letters that look alike
expect: shut
"""

from land import good
from web import get, http


def attempt(token):
    return http(get("\xd1\x96" + good(token)))
