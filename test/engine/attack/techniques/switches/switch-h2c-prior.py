"""
how: HTTP/2 without asking
expect: shut
"""

from land import good
from web import http, request2


def attempt(token):
    return http(request2(good(token), "/"))
