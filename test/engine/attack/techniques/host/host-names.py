"""
how: by the names engines give it
expect: shut
unseen: a plain network has no such names
"""

from land import HOSTPORT
from names import in_a_shell
from sockets import quietly


def attempt(token):
    return [
        quietly(in_a_shell, f"curl -m 2 http://{name}:{HOSTPORT}/{token}")
        for name in ("host.docker.internal", "gateway.docker.internal", "host.containers.internal", "host")
    ] and None
