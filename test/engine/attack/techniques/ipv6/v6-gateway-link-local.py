"""
how: the gateway's link-local address
expect: shut
"""

from frames import by, gateway, ipv6, link_local, own, udp_part
from land import bad
from names import question


def attempt(token):
    return by(
        gateway(),
        ipv6(
            link_local(gateway()),
            17,
            udp_part(link_local(gateway()), 53, question(bad(token)), source=link_local(own())),
        ),
    )
