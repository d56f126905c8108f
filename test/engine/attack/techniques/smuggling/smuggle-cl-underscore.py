"""
how: by an underscore in the header's name
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["Content_Length: 5"], get(bad(token))))
