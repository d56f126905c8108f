"""
how: for an allowed name, at another one's address
expect: refused tls vip-mismatch
unseen: plain addresses are nobody's in particular
"""

from hello import inside, tls
from land import GITVIP, VIP, good


def attempt(token):
    return inside(good(token), good(token)) if GITVIP == VIP else tls(good(token), to=GITVIP)
