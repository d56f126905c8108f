"""
how: of slow handshakes
expect: shut
"""

from flood import drip
from hello import message, record


def attempt(token):
    return drip(300, 443, record(message("allowed.test")))
