"""
how: the secret below the working directory of each process
expect: shut
"""

import glob
import os
import subprocess

from masks import beside, secret
from sockets import quietly


def attempt(token):
    def act(at):
        with subprocess.Popen(["/usr/bin/cat"], cwd=at, stdin=subprocess.PIPE) as stays:
            found = [quietly(secret, os.path.join(place, ".env")) for place in glob.glob("/proc/[0-9]*/cwd")]
            stays.stdin.close()
        return [got for got in found if got]
    return beside(act) or None
