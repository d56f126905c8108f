"""
how: by its containers' names
expect: shut
"""

from land import OTHER_NAMES
from names import in_a_shell
from sockets import quietly


def attempt(token):
    return [quietly(in_a_shell, f"curl -m 2 http://{name}:8000/{token}") for name in OTHER_NAMES] and None
