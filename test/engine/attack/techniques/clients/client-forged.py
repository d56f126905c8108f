"""
how: in its agent's name
expect: shut
"""

from frames import by, gateway, ipv4, udp_part
from land import OTHER_AGENT, OTHER_GATEWAY, bad
from names import question


def attempt(token):
    return by(
        gateway(),
        ipv4(
            OTHER_GATEWAY, 17, udp_part(OTHER_GATEWAY, 53, question(bad(token)), source=OTHER_AGENT), source=OTHER_AGENT
        ),
    )
