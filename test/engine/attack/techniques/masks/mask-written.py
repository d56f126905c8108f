"""
how: a file that can only be read, written and cut
expect: shut
"""

import os

from masks import beside
from sockets import quietly


def attempt(token):
    def act(at):
        def write():
            with open(f"{at}/locked", "a") as file:
                file.write("x")
            return "wrote"
        return [got for got in (quietly(write), quietly(lambda: os.truncate(f"{at}/locked", 0) or "cut")) if got]
    return beside(act) or None
