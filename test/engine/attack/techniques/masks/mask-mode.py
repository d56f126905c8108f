"""
how: another mode of the hooks' directory
expect: shut
"""

import os

from masks import beside


def attempt(token):
    def act(at):
        os.chmod(f"{at}/.git/hooks", 0o777)
        return "changed"
    return beside(act)
