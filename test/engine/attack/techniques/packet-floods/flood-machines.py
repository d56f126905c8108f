"""
how: from machines that are not there
expect: shut
"""

from flood import machines


def attempt(token):
    return machines()
