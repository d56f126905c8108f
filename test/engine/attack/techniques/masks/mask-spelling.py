"""
how: the secret and the hooks in another spelling, as file systems take it that know no case
expect: shut
"""

from masks import hook, secret
from sockets import quietly


def attempt(token):
    secrets = [f"/workspace/{name}" for name in (".ENV", ".Env", "CONF/deep/key", "conf/DEEP/KEY")]
    hooks = [f"/workspace/{name}" for name in (".GIT/hooks", ".git/HOOKS", ".Git/Hooks")]
    return [got for got in [*(quietly(secret, one) for one in secrets), *(quietly(hook, one) for one in hooks)] if got] or None
