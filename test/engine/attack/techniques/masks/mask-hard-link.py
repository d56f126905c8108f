"""
how: another name of the secret (a hard link)
expect: shut
"""

import os

from masks import beside, secret


def attempt(token):
    def act(at):
        os.link(f"{at}/.env", f"{at}/name-of-env")
        return secret(f"{at}/name-of-env")
    return beside(act)
