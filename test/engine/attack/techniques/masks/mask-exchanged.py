"""
how: the directory above the hooks exchanged for one of one's own (renameat2)
expect: shut
"""

import ctypes
import os

from masks import beside


def attempt(token):
    def act(at):
        os.makedirs(f"{at}/own-git/hooks", exist_ok=True)
        here = -100
        names = [ctypes.c_char_p(f"{at}/{name}".encode()) for name in (".git", "own-git")]
        if ctypes.CDLL(None, use_errno=True).renameat2(here, names[0], here, names[1], 2):
            raise OSError(ctypes.get_errno(), "exchange")
        return "exchanged"
    return beside(act)
