"""
how: what is on the link for others
expect: shut
"""

from frames import heard_of_others


def attempt(token):
    return heard_of_others()
