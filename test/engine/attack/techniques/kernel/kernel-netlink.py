"""
how: an interface
expect: shut
"""

from frames import ip


def attempt(token):
    return ip("link", "add", "x0", "type", "dummy")
