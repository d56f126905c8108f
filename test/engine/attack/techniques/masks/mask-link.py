"""
how: the secret by a link to it
expect: shut
"""

import os

from masks import beside, secret


def attempt(token):
    def act(at):
        os.symlink(".env", f"{at}/link-to-env")
        try:
            return secret(f"{at}/link-to-env")
        finally:
            os.unlink(f"{at}/link-to-env")
    return beside(act)
