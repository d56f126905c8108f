"""
how: each directory above a secret, moved to another name
expect: shut
"""

import os

from masks import beside, secret
from sockets import quietly


def attempt(token):
    def act(at):
        quietly(os.rename, f"{at}/conf/deep", f"{at}/conf/moved")
        quietly(os.rename, f"{at}/conf", f"{at}/moved")
        places = [f"{at}/{one}/{two}/key" for one in ("conf", "moved") for two in ("deep", "moved")]
        return [got for got in (quietly(secret, place) for place in places) if got]
    return beside(act) or None
