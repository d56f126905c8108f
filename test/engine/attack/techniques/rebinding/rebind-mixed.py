"""
how: now here and now inside, again and again
expect: shut
"""

from web import get, http


def attempt(token):
    return [http(get("mixed.trap.test", "/" + "x" * 5)) for _ in range(6)] and None
