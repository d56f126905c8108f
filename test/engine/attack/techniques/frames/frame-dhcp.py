"""
how: of DHCP
expect: shut
"""

from frames import EVERYBODY, by, ipv4, udp_part


def attempt(token):
    return by(
        EVERYBODY,
        ipv4(
            "255.255.255.255",
            17,
            udp_part("255.255.255.255", 67, token, source="0.0.0.0", source_port=68),
            source="0.0.0.0",
        ),
    )
