"""
how: to the gateway's loopback
expect: shut
unseen: a plain host drops what is for loopback
"""

from frames import by, gateway, ipv4, udp_part
from land import bad
from names import question


def attempt(token):
    return by(gateway(), ipv4("127.0.0.1", 17, udp_part("127.0.0.1", 5353, question(bad(token)))))
