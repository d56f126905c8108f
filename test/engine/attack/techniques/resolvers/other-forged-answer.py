"""
how: itself, by answers to the gateway's own questions
expect: shut
"""

from frames import by, gateway, ipv4, udp_part
from land import DNS, OUTER_GATEWAY, bad
from names import question


def attempt(token):
    return [
        by(
            gateway(),
            ipv4(
                OUTER_GATEWAY,
                17,
                udp_part(OUTER_GATEWAY, 40000 + n, question(bad(token), flags=0x8180), source=DNS, source_port=53),
                source=DNS,
            ),
            times=1,
        )
        for n in range(400)
    ]
