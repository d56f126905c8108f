"""
how: everybody on the link (ff02::1)
expect: shut
"""

from frames import by, ipv6, link_local, own, udp_part


def attempt(token):
    return by("33:33:00:00:00:01", ipv6("ff02::1", 17, udp_part("ff02::1", 9999, token, source=link_local(own()))))
