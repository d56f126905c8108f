"""
how: a file of one's own in the place of what can only be read
expect: shut
"""

import os

from masks import beside


def attempt(token):
    def act(at):
        with open(f"{at}/of-dev", "w") as own:
            own.write("x")
        os.rename(f"{at}/of-dev", f"{at}/locked")
        return "replaced it"
    return beside(act)
