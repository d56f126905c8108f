"""
how: for the name of an address, a message in it
expect: shut
"""

from names import ask


def attempt(token):
    return ask(token + ".66.89.67.45.in-addr.arpa", "PTR")
