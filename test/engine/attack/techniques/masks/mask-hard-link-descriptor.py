"""
how: another name of a file that can only be read, by its descriptor
expect: shut
"""

import ctypes
import os

from masks import beside


def attempt(token):
    def act(at):
        file = os.open(f"{at}/locked", os.O_RDONLY)
        here, follow = -100, 0x400
        try:
            # Python's own link follows no link, whatever it is told.
            names = [ctypes.c_char_p(name.encode()) for name in (f"/proc/self/fd/{file}", f"{at}/name-of-locked")]
            if ctypes.CDLL(None, use_errno=True).linkat(here, names[0], here, names[1], follow):
                raise OSError(ctypes.get_errno(), "linkat")
        finally:
            os.close(file)
        with open(f"{at}/name-of-locked", "a") as other:
            other.write("x")
        return "wrote by another name"
    return beside(act)
