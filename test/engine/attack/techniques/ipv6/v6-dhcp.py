"""
how: DHCPv6
expect: shut
"""

from frames import by, ipv6, link_local, own, udp_part


def attempt(token):
    return by("33:33:00:01:00:02", ipv6("ff02::1:2", 17, udp_part("ff02::1:2", 547, token, source=link_local(own()))))
