"""
how: the directory above the hooks, moved to another name
expect: shut
"""

import os

from masks import beside, hook


def attempt(token):
    def act(at):
        os.rename(f"{at}/.git", f"{at}/moved-git")
        return hook(f"{at}/moved-git/hooks")
    return beside(act)
