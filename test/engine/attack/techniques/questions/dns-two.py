"""
how: of two questions in one packet
expect: shut
"""

import struct

from land import bad
from names import question, send, wire


def attempt(token):
    q = question("allowed.test")
    return send(q[:4] + struct.pack("!H", 2) + q[6:] + wire(bad(token)) + b"\0\1\0\1")
