"""
how: to all nodes (ff02::1)
expect: shut
unseen: the bridge of a plain network has no IPv6
"""

from frames import by, ipv6, link_local, own, udp_part
from land import HOSTPORT


def attempt(token):
    return by("33:33:00:00:00:01", ipv6("ff02::1", 17, udp_part("ff02::1", HOSTPORT, token, source=link_local(own()))))
