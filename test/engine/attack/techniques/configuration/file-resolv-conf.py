"""
how: a resolver of its own in resolv.conf
expect: shut
unseen: the lab's container asks the engine's resolver
"""

from frames import rewritten
from land import DNS, bad
from names import system


def attempt(token):
    return rewritten("/etc/resolv.conf", f"nameserver {DNS}", lambda: system(bad(token)))
