"""
how: over another port, to the LAN
expect: refused tcp private-address
"""

from land import TRAPVIP
from sockets import tcp


def attempt(token):
    # The audit names whose address it is: ssh.trap.test.
    return tcp(TRAPVIP, 22, token)
