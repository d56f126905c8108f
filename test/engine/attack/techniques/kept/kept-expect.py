"""
how: for an allowed name that is to say 100 first, and then another
expect: shut
"""

from land import bad
from web import get, http, post


def attempt(token):
    return http(
        post("allowed.test", ["Expect: 100-continue", "Content-Length: 4"]), "body" + get(bad(token)), pause=0.4
    )
