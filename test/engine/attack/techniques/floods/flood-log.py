"""
how: of refused requests, each a line of the log
expect: shut
"""

from flood import refusals


def attempt(token):
    return refusals()
