"""
how: a redirect
expect: shut
"""

from frames import by, echo, gateway, ipv6, link_local


def attempt(token):
    return by(gateway(), ipv6(link_local(gateway()), 58, echo(token, kind=137, to=link_local(gateway()))))
