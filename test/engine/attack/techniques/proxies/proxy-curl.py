"""
how: as curl asks a proxy
expect: shut
"""

from land import VIP, bad
from names import in_a_shell


def attempt(token):
    return in_a_shell(f"curl -sSf -m 2 -x http://{VIP}:80 http://{bad(token)}/")
