"""
how: one of the internet, the question handed to the gateway
expect: shut
"""

from frames import by, gateway, ipv4, udp_part
from land import DNS, bad
from names import question


def attempt(token):
    return by(gateway(), ipv4(DNS, 17, udp_part(DNS, 53, question(bad(token)))))
