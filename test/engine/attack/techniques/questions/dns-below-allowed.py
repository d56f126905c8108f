"""
how: below an allowed name
expect: refused dns domain
"""

from names import ask


def attempt(token):
    return ask(token + ".allowed.test")
