"""
how: a range of users (newuidmap)
expect: shut
"""

from names import in_a_shell


def attempt(token):
    return in_a_shell("newuidmap $$ 0 0 1")
