"""
how: first here and the next time inside, on one connection
expect: shut
"""

from web import get, http


def attempt(token):
    return http(*[get("turns.trap.test")] * 5, pause=0.3) and None
