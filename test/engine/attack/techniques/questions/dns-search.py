"""
how: for a bare label
expect: shut
"""

from names import ask


def attempt(token):
    return ask(token)
