"""
how: a resolver of the internet, as one resolver asks another
expect: shut
"""

from land import DNS, bad
from names import question
from sockets import udp


def attempt(token):
    ask_from = udp(DNS, 53, question(bad(token)), source=53)
    return ask_from
