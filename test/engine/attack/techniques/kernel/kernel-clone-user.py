"""
how: a child in a user namespace
expect: shut
"""

from names import in_a_shell


def attempt(token):
    return in_a_shell("unshare -Ur id -u")
