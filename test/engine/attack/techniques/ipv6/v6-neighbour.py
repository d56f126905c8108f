"""
how: a forged neighbour advertisement
expect: shut
"""

from frames import by, echo, ipv6


def attempt(token):
    return by("33:33:00:00:00:01", ipv6("ff02::1", 58, echo(token, kind=136, to="ff02::1")))
