"""
how: other sources of names in nsswitch.conf
expect: shut
unseen: the lab's container asks the engine's resolver
"""

from frames import rewritten
from land import bad
from names import system


def attempt(token):
    return rewritten("/etc/nsswitch.conf", "hosts: mdns dns", lambda: system(bad(token)))
