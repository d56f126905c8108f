"""
how: for a name of the LAN
expect: shut
"""

from names import ask


def attempt(token):
    return ask(token + ".local")
