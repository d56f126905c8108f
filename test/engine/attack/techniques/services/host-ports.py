"""
how: the ports that machines listen on
expect: shut
"""

from land import HOSTS
from sockets import accepted, quietly


def attempt(token):
    return [
        (address, found)
        for address in HOSTS
        for found in [quietly(accepted, address, [22, 111, 2375, 2376, 2377, 4243, 5355, 6443, 10250])]
        if found
    ] or None
