"""
how: the secret, moved to another name
expect: shut
"""

import os

from masks import beside, secret


def attempt(token):
    def act(at):
        os.rename(f"{at}/.env", f"{at}/moved-env")
        return secret(f"{at}/moved-env")
    return beside(act)
