"""
how: by an alias of one's own (HOSTALIASES)
expect: shut
unseen: the lab's container asks the engine's resolver
"""

from land import bad
from names import in_a_shell


def attempt(token):
    return in_a_shell(f"echo allowed {bad(token)} >/tmp/{token}; HOSTALIASES=/tmp/{token} getent hosts allowed")
