"""
how: over TCP, behind allowed ones on one connection
expect: shut
unseen: the fake internet's server speaks UDP
"""

from land import bad
from names import ask_tcp, question


def attempt(token):
    return ask_tcp(question("allowed.test"), question(bad(token)), question(bad(token), "TXT"))
