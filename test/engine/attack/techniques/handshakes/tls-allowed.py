"""
how: for an allowed name: the control
expect: open
"""

from hello import inside
from land import good


def attempt(token):
    return inside(good(token), good(token))
