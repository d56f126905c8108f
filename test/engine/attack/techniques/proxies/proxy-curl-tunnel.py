"""
how: as curl asks a proxy for a tunnel
expect: shut
"""

from land import VIP, bad
from names import in_a_shell


def attempt(token):
    return in_a_shell(f"curl -sSfk -m 2 -p -x http://{VIP}:80 https://{bad(token)}/")
