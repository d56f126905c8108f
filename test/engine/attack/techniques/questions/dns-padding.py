"""
how: with a message as padding
expect: shut
"""

from names import ask, edns


def attempt(token):
    return ask("allowed.test", extra=edns(12, token), extras=1)
