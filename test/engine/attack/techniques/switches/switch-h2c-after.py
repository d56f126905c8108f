"""
how: HTTP/2 after an allowed request
expect: shut
"""

from land import bad
from web import get, http, request2


def attempt(token):
    return http(get("allowed.test"), request2(bad(token), "/"), pause=0.4)
