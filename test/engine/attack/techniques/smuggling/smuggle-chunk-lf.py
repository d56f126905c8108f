"""
how: by chunks whose lines end in a bare LF
expect: shut
"""

from land import bad
from web import get, http, post


def attempt(token):
    return http(post("allowed.test", ["Transfer-Encoding: chunked"], "1\nx\n0\n\n" + get(bad(token))))
