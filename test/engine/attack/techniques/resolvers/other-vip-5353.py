"""
how: where allowed names are, on port 5353
expect: shut
"""

from land import VIP, bad
from names import ask


def attempt(token):
    return ask(bad(token), server=VIP, port=5353)
