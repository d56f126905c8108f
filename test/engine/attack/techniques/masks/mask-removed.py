"""
how: what is masked, removed
expect: shut
"""

import os
import shutil

from masks import beside
from sockets import quietly


def attempt(token):
    def act(at):
        quietly(os.unlink, f"{at}/.env")
        quietly(os.unlink, f"{at}/locked")
        shutil.rmtree(f"{at}/.git/hooks", ignore_errors=True)
        shutil.rmtree(f"{at}/conf/deep", ignore_errors=True)
        return [name for name in (".env", "locked", ".git/hooks", "conf/deep") if not os.path.lexists(f"{at}/{name}")]
    return beside(act) or None
