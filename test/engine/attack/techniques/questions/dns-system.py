"""
how: by the C library, as every program asks
expect: refused dns domain
unseen: the lab's container asks the engine's resolver
"""

from land import bad
from names import system


def attempt(token):
    return system(bad(token))
