"""
how: a router solicitation
expect: shut
"""

from frames import by, echo, ipv6


def attempt(token):
    return by("33:33:00:00:00:02", ipv6("ff02::2", 58, echo(token, kind=133, to="ff02::2")))
