"""
how: for a name under the gateway's own
expect: shut
"""

from names import ask


def attempt(token):
    return ask(token + ".live.invalid")
