"""
how: another name of a file that can only be read, by its descriptor
expect: shut
"""

import os

from masks import beside


def attempt(token):
    def act(at):
        file = os.open(f"{at}/locked", os.O_RDONLY)
        try:
            os.link(f"/proc/self/fd/{file}", f"{at}/name-of-locked", follow_symlinks=True)
            with open(f"{at}/name-of-locked", "a") as other:
                other.write("x")
        finally:
            os.close(file)
        return "wrote by another name"
    return beside(act)
