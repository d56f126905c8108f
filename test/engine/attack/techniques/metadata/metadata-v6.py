"""
how: over IPv6 (fd00:ec2::254)
expect: shut
unseen: the rule that leads there is for sandboxes
"""

from sockets import tcp


def attempt(token):
    return tcp("fd00:ec2::254", 80, token)
