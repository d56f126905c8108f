"""
how: of connections to an allowed site
expect: shut
"""

from flood import hold
from hello import message, record


def attempt(token):
    return hold(300, 443, record(message("allowed.test")))
