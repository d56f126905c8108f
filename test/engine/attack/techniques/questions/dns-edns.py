"""
how: with a message in an EDNS option of an allowed question
expect: shut
"""

from names import ask, edns


def attempt(token):
    return ask("allowed.test", extra=edns(65001, token), extras=1)
