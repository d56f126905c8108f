"""
how: the secret by a descriptor of its directory
expect: shut
"""

import os

from masks import beside, secret


def attempt(token):
    def act(at):
        folder = os.open(at, os.O_RDONLY | os.O_DIRECTORY)
        try:
            return secret(f"/proc/self/fd/{folder}/.env")
        finally:
            os.close(folder)
    return beside(act)
