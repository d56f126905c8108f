"""
how: with a message as a cookie
expect: shut
"""

from names import ask, edns


def attempt(token):
    return ask("allowed.test", extra=edns(10, token), extras=1)
