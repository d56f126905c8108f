"""
how: the secret and the hooks below the root of each process, `/proc/1/root` among them
expect: shut
"""

import glob

from masks import beside, hook, secret
from sockets import quietly


def attempt(token):
    def act(at):
        roots = glob.glob("/proc/[0-9]*/root")
        return [got for root in roots for got in (quietly(secret, f"{root}{at}/.env"), quietly(hook, f"{root}{at}/.git/hooks")) if got]
    return beside(act) or None
