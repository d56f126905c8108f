"""
how: for a whole zone
expect: shut
unseen: the fake internet's server speaks UDP
"""

from land import bad
from names import ask_tcp, question


def attempt(token):
    return ask_tcp(question(bad(token), "AXFR"))
